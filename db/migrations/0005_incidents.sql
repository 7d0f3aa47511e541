-- Incidents, as far as break-glass needs them: declared and resolved by people.

create table incident (
  id bigint generated always as identity primary key,
  title text not null,
  level integer not null check (level between 1 and 3),
  environment text,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
  declared_by text not null,
  idempotency_key text not null unique,
  opened_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by text
);

create table incident_event (
  id bigint generated always as identity primary key,
  incident_id bigint not null references incident (id),
  at timestamptz not null default now(),
  actor text not null,
  kind text not null,
  details jsonb not null
);
create index incident_event_by_incident on incident_event (incident_id, id);
