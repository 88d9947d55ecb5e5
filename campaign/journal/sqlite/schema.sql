-- The journal of all runs. Times are microseconds since 1970 in UTC, money is millionths of the
-- currency, lists are JSON. What the program must never do, the database refuses (see the triggers).

CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE run(
  run_no INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK(state IN('planned','sending','paused','sent','settled','cancelled')),
  reason TEXT NOT NULL DEFAULT '""',  -- a text as JSON: its template and parameters
  created_us INTEGER NOT NULL,
  source_name TEXT NOT NULL,
  source_sha256 TEXT NOT NULL,
  heading TEXT NOT NULL,
  gateway TEXT NOT NULL,
  gateway_url TEXT NOT NULL,
  account TEXT NOT NULL,
  settings TEXT NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 0,  -- processes so far; only the latest may pass a commit point
  pause_by TEXT NOT NULL DEFAULT '',  -- the operator who asked to pause after the chunk in hand
  row_count INTEGER NOT NULL DEFAULT 0,
  chunk_count INTEGER NOT NULL DEFAULT 0);

-- The files of a run as they were read; the files themselves are never needed again.
CREATE TABLE source(
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  source_no INTEGER NOT NULL CHECK(source_no > 0),
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  sheet TEXT,
  encoding TEXT,
  delimiter TEXT,
  heading_row_no INTEGER NOT NULL,
  heading TEXT NOT NULL,
  roles TEXT NOT NULL,
  notes TEXT NOT NULL,
  PRIMARY KEY(run_no, source_no)) WITHOUT ROWID;

-- Columns that a user named with --map and confirmed, for the next file of the same shape.
CREATE TABLE mapping(
  shape TEXT PRIMARY KEY,
  mapping TEXT NOT NULL,
  run_id TEXT NOT NULL,
  at_us INTEGER NOT NULL) WITHOUT ROWID;

-- Every data row of the files. `status` is NULL for rows that became a message: the message has it then.
CREATE TABLE source_row(
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  position INTEGER NOT NULL,
  source_no INTEGER NOT NULL DEFAULT 1,
  row_no INTEGER NOT NULL,
  cells TEXT NOT NULL,
  status TEXT CHECK(status IN('invalid','duplicate','stopped','already_sent','cancelled')),
  field TEXT NOT NULL DEFAULT '',
  code TEXT NOT NULL DEFAULT '',
  details TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY(run_no, position)) WITHOUT ROWID;

CREATE TABLE message(
  run_no INTEGER NOT NULL,
  position INTEGER NOT NULL,
  chunk_no INTEGER NOT NULL,
  client_id TEXT NOT NULL CHECK(length(client_id) BETWEEN 1 AND 72),
  phone TEXT NOT NULL CHECK(phone GLOB '+[1-9]*'),
  text TEXT NOT NULL CHECK(length(text) > 0),
  sender TEXT,
  flash INTEGER NOT NULL DEFAULT 0,
  wapurl TEXT,
  segments INTEGER NOT NULL CHECK(segments > 0),
  send_at_us INTEGER,
  state TEXT NOT NULL DEFAULT 'pending' CHECK(state IN('pending','accepted','refused','unknown',
    'delivered','undelivered','no_final_status','stopped','expired','cancelled')),
  code TEXT NOT NULL DEFAULT 'pending',
  status_text TEXT NOT NULL DEFAULT '',
  smsc_id TEXT,
  sms_count INTEGER,
  cost_micro INTEGER,
  attempt_id INTEGER,
  handed_over_us INTEGER,
  final_us INTEGER,
  PRIMARY KEY(run_no, position),
  FOREIGN KEY(run_no, position) REFERENCES source_row(run_no, position)) WITHOUT ROWID;
CREATE UNIQUE INDEX message_client ON message(run_no, client_id COLLATE NOCASE);
CREATE INDEX message_pending ON message(run_no, chunk_no) WHERE state='pending';
CREATE INDEX message_unknown ON message(run_no, attempt_id) WHERE state='unknown';

-- One try to hand a chunk over. A chunk has at most one open attempt, a recipient is in one chunk:
-- so no recipient can be in two open attempts.
CREATE TABLE attempt(
  attempt_id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  chunk_no INTEGER NOT NULL,
  try_no INTEGER NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 0,
  queue_name TEXT NOT NULL UNIQUE CHECK(length(queue_name) = 16),
  state TEXT NOT NULL CHECK(state IN(
    'prepared','in_flight','replied','answered','not_sent','refused','unknown')),
  members TEXT NOT NULL,
  member_count INTEGER NOT NULL CHECK(member_count BETWEEN 1 AND 200),
  request_sha256 TEXT NOT NULL,
  prepared_us INTEGER NOT NULL,
  committed_us INTEGER,
  replied_us INTEGER,
  closed_us INTEGER,
  http_status INTEGER,
  reply BLOB,
  reply_complete INTEGER,
  reply_error TEXT NOT NULL DEFAULT '',
  retry_after_s REAL,
  code TEXT NOT NULL DEFAULT '',
  reply_text TEXT NOT NULL DEFAULT '',
  balance TEXT NOT NULL DEFAULT '',  -- as the reply named it, for the record
  unknown_count INTEGER NOT NULL DEFAULT 0,  -- unknown recipients when it closed
  settled_us INTEGER,
  settled_by TEXT,
  stops_seen INTEGER NOT NULL DEFAULT 0,  -- the last change of the stop-list at the commit point
  CHECK(state NOT IN('in_flight','replied','answered','unknown') OR committed_us IS NOT NULL),
  CHECK(state NOT IN('replied','answered') OR reply IS NOT NULL),
  UNIQUE(run_no, chunk_no, try_no));
CREATE UNIQUE INDEX one_open_attempt ON attempt(run_no, chunk_no)
  WHERE state IN('prepared','in_flight','replied');

-- Gateway ids; `position` is NULL while it is not known whose message it is (evidence of an unknown
-- attempt).
CREATE TABLE smsc(
  run_no INTEGER NOT NULL,
  smsc_id TEXT NOT NULL,
  attempt_id INTEGER NOT NULL REFERENCES attempt(attempt_id),
  position INTEGER,
  source TEXT NOT NULL CHECK(source IN('reply','queue','status','operator')),
  status_text TEXT NOT NULL DEFAULT '',
  delivery TEXT NOT NULL DEFAULT '',
  status_us INTEGER,
  first_us INTEGER NOT NULL,
  PRIMARY KEY(run_no, smsc_id)) WITHOUT ROWID;
CREATE INDEX smsc_attempt ON smsc(attempt_id);
CREATE INDEX smsc_unpaired ON smsc(run_no, attempt_id) WHERE position IS NULL;

-- Calls that read statuses. The answer is stored before it is parsed: a queue forgets what it has shown.
CREATE TABLE exchange(
  exchange_id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  attempt_id INTEGER REFERENCES attempt(attempt_id),
  kind TEXT NOT NULL CHECK(kind IN('queue','status')),
  row_limit INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN('asked','stored','applied','lost')),
  asked_us INTEGER NOT NULL,
  stored_us INTEGER,
  http_status INTEGER,
  body BLOB,
  complete INTEGER,
  error TEXT NOT NULL DEFAULT '');
CREATE INDEX exchange_open ON exchange(run_no) WHERE state IN('asked','stored');

CREATE TABLE status_event(
  event_id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_no INTEGER NOT NULL,
  smsc_id TEXT NOT NULL,
  status_text TEXT NOT NULL,
  delivery TEXT NOT NULL,
  exchange_id INTEGER NOT NULL REFERENCES exchange(exchange_id),
  seen_us INTEGER NOT NULL);
CREATE INDEX status_event_smsc ON status_event(run_no, smsc_id);

-- Ids that the gateway named and no recipient has: another customer's, or a doubled message.
CREATE TABLE unmatched_id(
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  smsc_id TEXT NOT NULL,
  attempt_id INTEGER REFERENCES attempt(attempt_id),  -- from whose queue; NULL: status.json
  exchange_id INTEGER NOT NULL REFERENCES exchange(exchange_id),
  status_text TEXT NOT NULL,
  first_us INTEGER NOT NULL,
  PRIMARY KEY(run_no, smsc_id)) WITHOUT ROWID;

-- Who got which text, across runs: keyed digests, written at the commit point.
CREATE TABLE sent_before(
  account TEXT NOT NULL,
  digest BLOB NOT NULL,
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  position INTEGER NOT NULL,
  attempt_id INTEGER NOT NULL REFERENCES attempt(attempt_id),
  at_us INTEGER NOT NULL,
  PRIMARY KEY(account, digest, run_no, position, attempt_id)) WITHOUT ROWID;
CREATE INDEX sent_before_attempt ON sent_before(attempt_id);

-- Who must not be texted by any run. Each change stays; the list follows from the changes.
CREATE TABLE stop_event(
  event_id INTEGER PRIMARY KEY AUTOINCREMENT,
  phone TEXT NOT NULL CHECK(phone GLOB '+[1-9]*'),
  action TEXT NOT NULL CHECK(action IN('add','remove')),
  at_us INTEGER NOT NULL,
  operator TEXT NOT NULL,
  why TEXT NOT NULL);
CREATE INDEX stop_event_phone ON stop_event(phone, event_id);

CREATE TABLE stop(
  phone TEXT PRIMARY KEY,
  event_id INTEGER NOT NULL REFERENCES stop_event(event_id)) WITHOUT ROWID;

CREATE TABLE operator_action(
  action_id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_us INTEGER NOT NULL,
  operator TEXT NOT NULL,
  action TEXT NOT NULL CHECK(action IN('retry','sent','not-sent','resend','pause','cancel')),
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  attempt_id INTEGER REFERENCES attempt(attempt_id),
  position INTEGER,
  recipients INTEGER NOT NULL DEFAULT 1,
  why TEXT NOT NULL);
CREATE INDEX operator_action_attempt ON operator_action(attempt_id, position);

-- Where the gateway broke its own protocol; never prose: texts are made from code and details.
CREATE TABLE alarm(
  alarm_id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_no INTEGER NOT NULL REFERENCES run(run_no),
  attempt_id INTEGER,
  at_us INTEGER NOT NULL,
  code TEXT NOT NULL,
  details TEXT NOT NULL CHECK(json_type(details)='object'));
CREATE INDEX alarm_attempt ON alarm(attempt_id);

-- Transitions ---------------------------------------------------------------------------------

CREATE TABLE allowed(
  entity TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
  PRIMARY KEY(entity, source, target)) WITHOUT ROWID;
INSERT INTO allowed VALUES
  ('run','planned','sending'),('run','planned','cancelled'),('run','planned','paused'),
  ('run','sending','paused'),('run','sending','sent'),
  ('run','paused','sending'),('run','paused','cancelled'),
  ('run','sent','settled'),('run','sent','sending'),('run','settled','sending'),
  ('attempt','prepared','in_flight'),('attempt','prepared','not_sent'),('attempt','prepared','refused'),
  ('attempt','in_flight','replied'),('attempt','in_flight','unknown'),
  ('attempt','in_flight','not_sent'),('attempt','in_flight','refused'),
  ('attempt','replied','answered'),('attempt','replied','unknown'),
  ('attempt','replied','not_sent'),('attempt','replied','refused'),
  ('message','pending','accepted'),('message','pending','refused'),('message','pending','unknown'),
  ('message','pending','stopped'),('message','pending','expired'),('message','pending','cancelled'),
  ('message','unknown','accepted'),('message','unknown','refused'),
  ('message','unknown','pending'),
  ('message','unknown','delivered'),('message','unknown','undelivered'),
  ('message','refused','pending'),
  ('message','accepted','delivered'),('message','accepted','undelivered'),
  ('message','accepted','no_final_status'),
  ('message','no_final_status','delivered'),('message','no_final_status','undelivered'),
  ('message','delivered','undelivered'),('message','undelivered','delivered');

-- Answers that prove that a request which had left whole was not taken (docs/decisions/0016).
CREATE TABLE safe_code(code TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO safe_code VALUES
  ('http_300'),('http_301'),('http_302'),('http_303'),('http_304'),('http_305'),('http_306'),
  ('http_307'),('http_308'),
  ('http_400'),('http_401'),('http_403'),('http_404'),('http_405'),('http_413'),('http_415'),
  ('http_429'),('error_authorization'),('never_completed');

CREATE TRIGGER run_transition BEFORE UPDATE OF state ON run
WHEN NEW.state<>OLD.state AND NOT EXISTS(
  SELECT 1 FROM allowed WHERE entity='run' AND source=OLD.state AND target=NEW.state)
BEGIN SELECT RAISE(ABORT,'illegal run transition'); END;

CREATE TRIGGER run_sent BEFORE UPDATE OF state ON run
WHEN NEW.state IN('sent','settled','cancelled') AND EXISTS(
  SELECT 1 FROM message WHERE run_no=NEW.run_no AND state='pending')
BEGIN SELECT RAISE(ABORT,'people are still pending'); END;

CREATE TRIGGER attempt_transition BEFORE UPDATE OF state ON attempt
WHEN NEW.state<>OLD.state AND NOT EXISTS(
  SELECT 1 FROM allowed WHERE entity='attempt' AND source=OLD.state AND target=NEW.state)
BEGIN SELECT RAISE(ABORT,'illegal attempt transition'); END;

CREATE TRIGGER attempt_members BEFORE INSERT ON attempt
WHEN NEW.state<>'prepared'
  OR NEW.member_count<>json_array_length(NEW.members)
  OR NEW.member_count<>(
    SELECT count(*) FROM json_each(NEW.members) AS member
    CROSS JOIN message ON message.run_no=NEW.run_no AND message.position=member.value
    WHERE message.chunk_no=NEW.chunk_no AND message.state='pending')
BEGIN SELECT RAISE(ABORT,'somebody in the attempt is not pending'); END;

CREATE TRIGGER attempt_cancelled BEFORE INSERT ON attempt
WHEN (SELECT state FROM run WHERE run_no=NEW.run_no)='cancelled'
BEGIN SELECT RAISE(ABORT,'the run was cancelled'); END;

CREATE TRIGGER attempt_stopped BEFORE UPDATE OF state ON attempt
WHEN NEW.state='in_flight' AND EXISTS(SELECT 1 FROM stop) AND EXISTS(
  SELECT 1 FROM json_each(OLD.members) AS member
  CROSS JOIN message ON message.run_no=OLD.run_no AND message.position=member.value
  CROSS JOIN stop ON stop.phone=message.phone)
BEGIN SELECT RAISE(ABORT,'somebody in the attempt is on the stop-list'); END;

CREATE TRIGGER attempt_stops_seen BEFORE UPDATE OF state ON attempt
WHEN NEW.state='in_flight'
  AND NEW.stops_seen<>(SELECT coalesce(max(event_id),0) FROM stop_event)
BEGIN SELECT RAISE(ABORT,'the stop-list has changed meanwhile'); END;

CREATE TRIGGER attempt_unsafe_release BEFORE UPDATE OF state ON attempt
WHEN OLD.state IN('in_flight','replied') AND NEW.state IN('not_sent','refused')
  AND NEW.code NOT IN(SELECT code FROM safe_code)
BEGIN SELECT RAISE(ABORT,'the request may have been taken'); END;

CREATE TRIGGER attempt_epoch BEFORE UPDATE OF state ON attempt
WHEN NEW.state='in_flight' AND NEW.epoch<>(SELECT epoch FROM run WHERE run_no=NEW.run_no)
BEGIN SELECT RAISE(ABORT,'another driver has taken over'); END;

CREATE TRIGGER attempt_begin_epoch BEFORE INSERT ON attempt
WHEN NEW.epoch<>(SELECT epoch FROM run WHERE run_no=NEW.run_no)
BEGIN SELECT RAISE(ABORT,'another driver has taken over'); END;

CREATE TRIGGER run_epoch BEFORE UPDATE OF epoch ON run WHEN NEW.epoch<OLD.epoch
BEGIN SELECT RAISE(ABORT,'epochs never step back'); END;

CREATE TRIGGER attempt_leaves_pending BEFORE UPDATE OF state ON attempt
WHEN NEW.state IN('answered','unknown') AND EXISTS(
  SELECT 1 FROM json_each(OLD.members) AS member
  CROSS JOIN message ON message.run_no=OLD.run_no AND message.position=member.value
  WHERE message.state='pending')
BEGIN SELECT RAISE(ABORT,'somebody in the attempt has no outcome'); END;

CREATE TRIGGER attempt_frozen BEFORE UPDATE OF
  run_no,chunk_no,try_no,epoch,queue_name,members,member_count,request_sha256,prepared_us
  ON attempt
BEGIN SELECT RAISE(ABORT,'an attempt is never rewritten'); END;

CREATE TRIGGER message_transition BEFORE UPDATE OF state ON message
WHEN NEW.state<>OLD.state AND NOT EXISTS(
  SELECT 1 FROM allowed WHERE entity='message' AND source=OLD.state AND target=NEW.state)
BEGIN SELECT RAISE(ABORT,'illegal message transition'); END;

CREATE TRIGGER message_outcome BEFORE UPDATE OF state ON message
WHEN OLD.state='pending' AND NEW.state IN('accepted','refused','unknown') AND NOT EXISTS(
  SELECT 1 FROM attempt WHERE attempt_id=NEW.attempt_id AND run_no=OLD.run_no
  AND chunk_no=OLD.chunk_no
  AND (state='replied' OR (state='in_flight' AND NEW.state='unknown')
    -- Put back by an operator, and then named by a late reply.
    OR (state='unknown' AND reply IS NOT NULL AND NEW.state='accepted'
      AND attempt_id=OLD.attempt_id)
    -- Put back, and then the gateway showed a message of that attempt after all.
    OR (state IN('unknown','answered') AND NEW.state='unknown' AND attempt_id=OLD.attempt_id
      AND EXISTS(SELECT 1 FROM smsc WHERE smsc.attempt_id=attempt.attempt_id))))
BEGIN SELECT RAISE(ABORT,'an outcome needs its attempt'); END;

CREATE TRIGGER message_left_out BEFORE UPDATE OF state ON message
WHEN OLD.state='pending' AND NEW.state IN('stopped','expired','cancelled') AND EXISTS(
  SELECT 1 FROM attempt WHERE run_no=OLD.run_no AND chunk_no=OLD.chunk_no
  AND state IN('prepared','in_flight','replied'))
BEGIN SELECT RAISE(ABORT,'the chunk is being sent'); END;

CREATE TRIGGER message_late_refusal BEFORE UPDATE OF state ON message
WHEN OLD.state='unknown' AND NEW.state='refused' AND NOT EXISTS(
  SELECT 1 FROM attempt
  WHERE attempt_id=OLD.attempt_id AND state='unknown' AND reply IS NOT NULL)
BEGIN SELECT RAISE(ABORT,'a refusal needs its answer'); END;

CREATE TRIGGER message_again BEFORE UPDATE OF state ON message
WHEN NEW.state='pending' AND OLD.state IN('unknown','refused') AND NOT EXISTS(
  SELECT 1 FROM operator_action
  WHERE run_no=OLD.run_no AND attempt_id=OLD.attempt_id AND (position IS NULL OR position=OLD.position)
  AND (OLD.state='refused' AND action='retry'
    OR OLD.state='unknown' AND action IN('not-sent','resend')))
BEGIN SELECT RAISE(ABORT,'sending again needs an operator''s word'); END;

CREATE TRIGGER message_frozen BEFORE UPDATE OF
  chunk_no,client_id,phone,text,sender,flash,wapurl,segments,send_at_us ON message
BEGIN SELECT RAISE(ABORT,'a planned message is frozen'); END;

CREATE TRIGGER message_kept BEFORE DELETE ON message
BEGIN SELECT RAISE(ABORT,'messages are never deleted'); END;
CREATE TRIGGER source_row_kept BEFORE DELETE ON source_row
BEGIN SELECT RAISE(ABORT,'rows are never deleted'); END;
CREATE TRIGGER source_row_frozen BEFORE UPDATE ON source_row
BEGIN SELECT RAISE(ABORT,'rows are never rewritten'); END;
CREATE TRIGGER source_kept BEFORE DELETE ON source
BEGIN SELECT RAISE(ABORT,'sources are never deleted'); END;
CREATE TRIGGER source_frozen BEFORE UPDATE ON source
BEGIN SELECT RAISE(ABORT,'sources are never rewritten'); END;
CREATE TRIGGER attempt_kept BEFORE DELETE ON attempt
BEGIN SELECT RAISE(ABORT,'attempts are never deleted'); END;
CREATE TRIGGER sent_before_kept BEFORE DELETE ON sent_before
BEGIN SELECT RAISE(ABORT,'append only'); END;
CREATE TRIGGER sent_before_frozen BEFORE UPDATE ON sent_before
BEGIN SELECT RAISE(ABORT,'append only'); END;
CREATE TRIGGER operator_action_kept BEFORE DELETE ON operator_action
BEGIN SELECT RAISE(ABORT,'append only'); END;
CREATE TRIGGER operator_action_frozen BEFORE UPDATE ON operator_action
BEGIN SELECT RAISE(ABORT,'append only'); END;
CREATE TRIGGER status_event_kept BEFORE DELETE ON status_event
BEGIN SELECT RAISE(ABORT,'append only'); END;
CREATE TRIGGER status_event_frozen BEFORE UPDATE ON status_event
BEGIN SELECT RAISE(ABORT,'append only'); END;
CREATE TRIGGER stop_event_kept BEFORE DELETE ON stop_event
BEGIN SELECT RAISE(ABORT,'append only'); END;
CREATE TRIGGER stop_event_frozen BEFORE UPDATE ON stop_event
BEGIN SELECT RAISE(ABORT,'append only'); END;

CREATE TRIGGER stop_added AFTER INSERT ON stop_event WHEN NEW.action='add'
BEGIN INSERT INTO stop(phone,event_id) VALUES(NEW.phone,NEW.event_id)
  ON CONFLICT(phone) DO NOTHING; END;
CREATE TRIGGER stop_removed AFTER INSERT ON stop_event WHEN NEW.action='remove'
BEGIN DELETE FROM stop WHERE phone=NEW.phone; END;
