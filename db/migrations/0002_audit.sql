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

create trigger audit_is_append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();
