-- From alert to page: what fires, the incidents it makes, who is paged next and when, and what PagerDuty was told.

-- A policy as it was when incidents opened under it: later edits of the runbook file do not disturb them.
create table escalation_policy (
  id bigint generated always as identity primary key,
  digest text not null unique,
  policy jsonb not null
);

alter table incident
  -- The rule that made it; `declared`: a person did.
  add column rule text not null default 'declared',
  -- What further alerts join it by; null: none do.
  add column group_key text,
  add column is_storm boolean not null default false,
  -- Until then further new groups of its level and environment join it; each that does puts it off.
  add column storm_until timestamptz,
  add column is_flapping boolean not null default false,
  add column owner text,
  add column commander text,
  add column scribe text,
  -- A Slack channel of its own.
  add column channel text,
  add column acknowledged_at timestamptz,
  add column acknowledged_by text,
  -- The first acknowledge ever, for the time to acknowledge: a later escalation takes `acknowledged_at` back.
  add column first_acknowledged_at timestamptz,
  add column resolution text;
alter table incident_event add column idempotency_key text unique;
create unique index incident_open_group on incident (group_key) where state <> 'resolved';
create index incident_open on incident (id) where state <> 'resolved';
create index incident_opened on incident (opened_at);
-- How many opened lately of one level and environment: whether this is a storm.
create index incident_by_rate on incident (level, environment, opened_at) where group_key is not null and not is_storm;

-- Where an incident is on its way up. Narrow, because all of them may be due at once.
create table escalation (
  incident_id bigint primary key references incident (id),
  policy_id bigint not null references escalation_policy (id),
  -- How often the matrix was begun, from 1.
  round integer not null default 1,
  -- The round after which nobody is called any more, unless a person asks for it.
  last_round integer not null default 1,
  -- The matrix level that was paged last; 0: none yet.
  level integer not null default 0,
  -- When the next level is paged. Null: nobody is, until something happens.
  due_at timestamptz,
  -- All rounds are over and nobody answered.
  is_exhausted boolean not null default false
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index escalation_due on escalation (due_at) where due_at is not null;
-- Room for the next revision on the same page, without a new index entry.
alter table subject set (fillfactor = 70);

-- What else happens to an incident at a time.
create table incident_timer (
  incident_id bigint not null references incident (id),
  kind text not null check (kind in ('resolve', 'still-firing', 'page-again', 'unowned')),
  due_at timestamptz not null,
  -- How often it has come round.
  count integer not null default 0,
  primary key (incident_id, kind)
);
create index incident_timer_due on incident_timer (due_at);

-- One row per episode of an alert: from one start to its end. The sender's start names the episode.
create table alert (
  id bigint generated always as identity primary key,
  source text not null,
  fingerprint text not null,
  starts_at timestamptz not null,
  -- The latest start the sender gave while it fired: an end before that is a late one, of something that was over.
  last_starts_at timestamptz not null,
  -- When it was over, by the sender's clock but never later than ours.
  ended_at timestamptz,
  status text not null check (status in ('firing', 'resolved')),
  rule text not null,
  level integer not null check (level between 1 and 3),
  title text not null,
  description text not null default '',
  environment text,
  group_key text not null,
  labels jsonb not null,
  link text,
  incident_id bigint references incident (id),
  -- `silence/3`, `maintenance`, `job/42`: why it opened no incident though it fires; looked at again then.
  suppressed_by text,
  look_again_at timestamptz,
  received_at timestamptz not null default now(),
  resolved_at timestamptz,
  unique (source, fingerprint, starts_at)
);
create unique index alert_firing on alert (source, fingerprint) where status = 'firing';
create index alert_by_incident on alert (incident_id, status);
create index alert_look_again on alert (look_again_at) where look_again_at is not null;

create table silence (
  id bigint generated always as identity primary key,
  -- [{"label", "value"}]: an alert that has all of them is silent.
  matchers jsonb not null,
  reason text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  ends_at timestamptz not null,
  ended_by text,
  idempotency_key text not null unique
);
create index silence_in_force on silence (ends_at) where ended_by is null;

-- The outbox to PagerDuty. One row is one event with one key; written in the transaction that decided it.
create table page (
  id bigint generated always as identity primary key,
  -- No foreign key: rows are made from rows that have one, a hundred thousand at once if need be (26 µs each, 31 with).
  incident_id bigint not null,
  action text not null check (action in ('trigger', 'acknowledge', 'resolve')),
  round integer not null,
  -- The level of the escalation matrix.
  level integer not null,
  -- plantao/incident/7/1/2: incident, round, level.
  dedup_key text not null,
  -- fallback: by the second routing key or host, because the first has not proved that it rang.
  route text not null default 'main' check (route in ('main', 'fallback')),
  -- The incident's level: 1 is sent first.
  severity integer not null,
  -- Whom the level stood for when it was paged: Slack ids or names, for people to read.
  targets text[] not null default '{}',
  -- pending: to be sent · sending: a call is under way · accepted: PagerDuty answered 202 · confirmed: it says it rang
  -- skipped: nobody on call there · dropped: no longer needed · refused: PagerDuty will never take it
  -- unrouted: no routing key is set for the level, people are told in Slack.
  state text not null default 'pending'
    check (state in ('pending', 'sending', 'accepted', 'confirmed', 'skipped', 'dropped', 'refused', 'unrouted')),
  -- Since when a later event of the same key is wanted: this one is not sent (again).
  superseded_at timestamptz,
  -- An attempt ended without an answer that rules out that PagerDuty has it.
  may_have_arrived boolean not null default false,
  attempts integer not null default 0,
  -- Not before; while sending: when the sender is given up for dead.
  due_at timestamptz not null default now(),
  planned_at timestamptz not null default now(),
  attempted_at timestamptz,
  sent_at timestamptz,
  confirmed_at timestamptz,
  -- A trigger that is not confirmed by then goes the other way.
  confirm_by timestamptz,
  -- Since when people are told in Slack instead, and why.
  fallback_at timestamptz,
  problem text,
  pagerduty_incident text,
  -- The PagerDuty user in whose name it was acknowledged or resolved: their own webhook about that is no news.
  acted_as text,
  created_at timestamptz not null default now(),
  unique (dedup_key, action, route)
);
create index page_to_send on page (severity, (action <> 'trigger'), id) where state in ('pending', 'sending');
create index page_unconfirmed on page (confirm_by) where confirm_by is not null;
create index page_by_incident on page (incident_id, id);
create index page_by_pagerduty_incident on page (pagerduty_incident) where pagerduty_incident is not null;

-- Calls to PagerDuty's Events API of the last minutes, of all engines together: its limit is per routing key.
create table page_attempt (
  id bigint generated always as identity primary key,
  -- A digest of host and routing key.
  channel text not null,
  at timestamptz not null default clock_timestamp()
);
create index page_attempt_recent on page_attempt (channel, at);

-- What vendors delivered, by the id of the delivery: recorded before it is answered, worked on after.
create table webhook_delivery (
  id bigint generated always as identity primary key,
  vendor text not null,
  -- The event's id in what was signed: one that is sent again by whomever is known by it.
  event_id text not null,
  -- The vendor's id of the delivery, in a header, the same for every try.
  delivery_id text,
  -- What it is about: deliveries about one thing are worked on in the order they came.
  subject text not null,
  body jsonb not null,
  received_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  processed_at timestamptz,
  problem text,
  unique (vendor, event_id),
  unique (vendor, delivery_id)
);
create index webhook_delivery_open on webhook_delivery (vendor, subject, id) where processed_at is null;

-- Jobs whose end PagerDuty shall show beside incidents (change events).
create table change_event (
  job_id bigint primary key references job (id),
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  sent_at timestamptz,
  problem text
);
create index change_event_open on change_event (due_at) where sent_at is null and problem is null;

create table on_call_override (
  id bigint generated always as identity primary key,
  rotation text not null,
  person text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  cancelled_by text,
  -- It held until then.
  cancelled_at timestamptz,
  idempotency_key text not null unique,
  check (ends_at > starts_at)
);

-- What was said once: a hand-over, a gap in a rotation.
create table on_call_notice (
  id bigint generated always as identity primary key,
  key text not null unique,
  kind text not null check (kind in ('hand-over', 'gap')),
  details jsonb not null,
  created_at timestamptz not null default now()
);

-- Whatever has to be heard of regularly.
create table heartbeat (
  name text primary key,
  last_at timestamptz not null default now(),
  -- Silent since; an incident stands for it.
  silent_since timestamptz
);
