-- Tokens of connected vendors (encrypted), and the items of each sync.

create table connector_token (
  connector text primary key,
  sealed bytea not null,
  updated_at timestamptz not null default now()
);

create table sync_item (
  job_id bigint not null references job (id),
  position integer not null,
  entity text not null,
  key text not null,
  sku text not null,
  item jsonb not null,
  state text not null check (state in ('pending', 'writing', 'finished')),
  outcome text,
  reason jsonb,
  finished_at timestamptz,
  primary key (job_id, key)
);
create index sync_item_open on sync_item (job_id, position) where state <> 'finished';
