-- What Slack shows of each subject, and who may write to it.

create table slack_message (
  subject text not null,
  channel text not null,
  ts text,
  shown_revision bigint not null default 0,
  posting_since timestamptz,
  primary key (subject, channel)
);

create table lease (
  name text primary key,
  holder text not null,
  until timestamptz not null,
  fence bigint not null default 1
);

create table slack_user_group (
  id text primary key,
  members text[] not null,
  updated_at timestamptz not null default now()
);
