-- What people are shown in person: their settings, who looks at Home, who asked for access and who was given a role.

create table person_setting (
  slack text primary key,
  direct_messages boolean not null default true,
  end_notice text not null default 'long' check (end_notice in ('always', 'long', 'never'))
);

create table home_viewer (
  slack text primary key,
  seen_at timestamptz not null default now()
);

-- What every Home showed last, in one row, so that a change is noticed whoever made it and however it came about.
create table home_overview (
  only_row boolean primary key default true check (only_row),
  digest text not null
);

create table access_request (
  id bigint generated always as identity primary key,
  slack text not null,
  name text not null,
  state text not null default 'open' check (state in ('open', 'granted', 'refused')),
  asked_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz
);
create unique index access_request_open on access_request (slack) where state = 'open';

-- Besides the runbook file's grants. Who approves and who administers is decided in the file alone.
create table role_grant (
  id bigint generated always as identity primary key,
  slack text not null,
  name text not null,
  role text not null check (role in ('viewer', 'operator')),
  granted_by text not null,
  granted_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_by text,
  revoked_at timestamptz,
  request_id bigint references access_request (id)
);
create index role_grant_in_force on role_grant (slack) where revoked_at is null;

-- The last change of an environment.
create index job_last_change on job (environment, finished_at desc) where state = 'succeeded';
