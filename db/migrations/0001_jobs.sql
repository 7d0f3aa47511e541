-- Jobs, their journal, their approvals: the truth the whole product stands on.

create sequence change_number;

-- One row per thing that has a message in Slack. `revision` grows with every change;
-- a message that shows an older revision is stale. This replaces a stream with gaps.
create table subject (
  name text primary key,
  revision bigint not null default nextval('change_number'),
  changed_at timestamptz not null default now()
);

create table job (
  id bigint generated always as identity primary key,
  kind text not null,
  params jsonb not null,
  environment text,
  state text not null check (state in ('waiting-approval', 'queued', 'running', 'succeeded', 'failed', 'cancelled')),
  requested_by text not null,
  idempotency_key text not null unique,
  origin jsonb,
  change jsonb,
  lock text,
  freezable boolean not null,
  override_reason text,
  approval jsonb,
  approval_expires_at timestamptz,
  attempt integer not null default 1,
  created_at timestamptz not null default now(),
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  cancel_requested_by text,
  cancel_requested_at timestamptz,
  lease_owner text,
  lease_until timestamptz,
  fence bigint not null default 0,
  retry_from text,
  result jsonb,
  error jsonb
);

-- The lock itself: Postgres refuses a second running job with the same lock.
create unique index job_lock_holder on job (lock) where state = 'running';
create index job_queue on job (lock, queued_at, id) where state = 'queued';
create index job_unfinished on job (state, lease_until) where state in ('waiting-approval', 'queued', 'running');
create index job_newest on job (created_at desc);

create table job_step (
  job_id bigint not null references job (id),
  name text not null,
  position integer not null,
  phase text not null check (phase in ('main', 'failure')),
  state text not null check (state in ('pending', 'running', 'done', 'failed')),
  openings integer not null default 0,
  progress jsonb,
  result jsonb,
  error jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (job_id, name)
);

create table job_log (
  id bigint generated always as identity primary key,
  job_id bigint not null references job (id),
  step text not null,
  at timestamptz not null default now(),
  line text not null
);
create index job_log_by_job on job_log (job_id, id);

create table approval_vote (
  job_id bigint not null references job (id),
  attempt integer not null,
  person text not null,
  decision text not null check (decision in ('approve', 'reject', 'break-glass')),
  reason text,
  at timestamptz not null default now(),
  primary key (job_id, attempt, person)
);

create table change_freeze (
  id bigint generated always as identity primary key,
  environment text not null,
  reason text not null,
  created_by text not null,
  starts_at timestamptz not null default now(),
  ends_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  idempotency_key text not null unique
);
