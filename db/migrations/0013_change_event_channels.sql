-- A change is told to every service that may show it: once by each routing key and host.
alter table change_event add column channel text not null default '';
alter table change_event alter column channel drop default;
alter table change_event drop constraint change_event_pkey;
alter table change_event add primary key (job_id, channel);
