-- Since when heartbeats could be heard without a gap: one that is missing because no engine was there is not silent.
create table heartbeat_watch (
  single boolean primary key default true check (single),
  since timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
