-- Who did what: append-only, each line sealed over the one before it.

create table audit (
  id bigint primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  details jsonb not null,
  previous_hash text not null,
  hash text not null unique
);

create function audit_hash(previous text, id bigint, at timestamptz, actor text, action text, subject text, details jsonb)
returns text language sql immutable as $$
  select encode(sha256(convert_to(
    jsonb_build_array(previous, id, extract(epoch from at), actor, action, subject, details)::text, 'utf8')), 'hex')
$$;

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;

-- Appends one line. A function, so that it reads the end of the chain after it holds the lock, in one round trip.
create function append_audit(actor text, action text, subject text, details jsonb)
returns void language plpgsql as $$
declare
  last_line audit;
  now_at timestamptz;
begin
  perform pg_advisory_xact_lock(7235001);
  select * into last_line from audit order by audit.id desc limit 1;
  now_at := clock_timestamp();
  insert into audit (id, at, actor, action, subject, details, previous_hash, hash)
  values (coalesce(last_line.id, 0) + 1, now_at, actor, action, subject, details, coalesce(last_line.hash, ''),
    audit_hash(coalesce(last_line.hash, ''), coalesce(last_line.id, 0) + 1, now_at, actor, action, subject, details));
end $$;

create trigger audit_is_append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();
