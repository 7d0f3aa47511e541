-- Tokens of connected vendors (encrypted), and the items of each sync.

create table connector_token (
  connector text primary key,
  sealed bytea not null,
  updated_at timestamptz not null default now()
);

create table sync_item (
  id bigint generated always as identity primary key,
  job_id bigint not null references job (id),
  list text not null,
  key text not null,
  sku text not null,
  position integer not null,
  change jsonb,
  state text not null check (state in ('planned', 'writing', 'finished')),
  outcome text,
  reason jsonb,
  unique (job_id, list, key)
);
create index sync_item_open on sync_item (job_id, list, position) where state <> 'finished';
