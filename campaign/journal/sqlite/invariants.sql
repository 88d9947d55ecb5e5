-- What must be true of every journal at every moment: each query must return nothing.
-- E: a promise is broken. W: to be checked. R: the same for a journal that nobody is writing.

-- E I01 a recipient has two gateway ids, without an operator's decision or an alarm
-- (of one attempt: noticed by its alarm, of two attempts: ordered after the earlier one)
SELECT run_no,position FROM (
SELECT run_no,position,attempt_id,count(*) AS ids,
max(attempt_id) OVER(PARTITION BY run_no,position) AS latest
FROM smsc WHERE position IS NOT NULL GROUP BY run_no,position,attempt_id) p
WHERE (ids>1 AND NOT EXISTS(SELECT 1 FROM alarm WHERE alarm.attempt_id=p.attempt_id))
OR (attempt_id<latest AND NOT EXISTS(
SELECT 1 FROM operator_action o WHERE o.attempt_id=p.attempt_id
AND o.action IN('retry','not-sent','resend') AND (o.position IS NULL OR o.position=p.position)));

-- E I02 a recipient is in two open attempts
SELECT a.run_no,m.value FROM attempt a JOIN json_each(a.members) m
WHERE a.state IN('prepared','in_flight','replied') GROUP BY a.run_no,m.value HAVING count(*)>1;

-- E I03 a recipient in an open attempt is not pending
SELECT a.attempt_id,m.position FROM attempt a CROSS JOIN json_each(a.members) j
CROSS JOIN message m ON m.run_no=a.run_no AND m.position=j.value
WHERE a.state IN('prepared','in_flight','replied') AND m.state<>'pending';

-- E I04 a recipient was tried again after a possible acceptance without an operator's decision
SELECT x.attempt_id,y.attempt_id,mx.value FROM attempt x
JOIN attempt y ON y.run_no=x.run_no AND y.chunk_no=x.chunk_no AND y.attempt_id>x.attempt_id
CROSS JOIN json_each(x.members) mx CROSS JOIN json_each(y.members) my ON my.value=mx.value
WHERE x.state NOT IN('prepared','not_sent','refused') AND NOT EXISTS(
SELECT 1 FROM operator_action o WHERE o.attempt_id=x.attempt_id
AND o.action IN('retry','not-sent','resend') AND (o.position IS NULL OR o.position=mx.value));

-- E I05 recipients count as taken without a reply or evidence: more than the ids of their attempt
SELECT m.run_no,min(m.position) FROM message m LEFT JOIN attempt a ON a.attempt_id=m.attempt_id
WHERE m.state IN('accepted','delivered','undelivered','no_final_status')
GROUP BY m.run_no,m.attempt_id
HAVING a.state IS NULL OR a.state NOT IN('answered','unknown')
OR (sum(m.code NOT IN('accepted_without_id','settled_operator','no_final_status'))
>(SELECT count(*) FROM smsc s WHERE s.attempt_id=m.attempt_id));

-- E I06 a run has lost rows
SELECT run_id FROM run
WHERE row_count<>(SELECT count(*) FROM source_row r WHERE r.run_no=run.run_no);

-- E I07 a row has no outcome, or two
SELECT r.run_no,r.position FROM source_row r LEFT JOIN message m ON m.run_no=r.run_no AND m.position=r.position
WHERE (r.status IS NULL)=(m.position IS NULL);

-- E I08 a finished run has unfinished recipients
SELECT run.run_id,m.position FROM run JOIN message m ON m.run_no=run.run_no
WHERE (run.state IN('sent','settled','cancelled') AND m.state='pending')
OR (run.state='settled' AND m.state IN('unknown','accepted'));

-- E I09 an attempt is not about recipients of its own chunk
SELECT a.attempt_id FROM attempt a WHERE a.member_count<>(
SELECT count(*) FROM json_each(a.members) j
CROSS JOIN message m ON m.run_no=a.run_no AND m.position=j.value AND m.chunk_no=a.chunk_no);

-- E I10 an attempt was released after its commit point although its reply does not prove that it was safe
SELECT attempt_id FROM attempt WHERE committed_us IS NOT NULL
AND state IN('not_sent','refused') AND code NOT IN(SELECT code FROM safe_code);

-- E I11 a chunk is too large or has two send times
SELECT run_no,chunk_no FROM message GROUP BY run_no,chunk_no
HAVING count(*)>200 OR count(DISTINCT coalesce(send_at_us,-1))>1;

-- E I12 the reply of a closed attempt is missing
SELECT attempt_id FROM attempt WHERE state='answered' AND reply IS NULL;

-- E I13 an attempt is closed without a time
SELECT attempt_id FROM attempt
WHERE state IN('answered','not_sent','refused','unknown') AND closed_us IS NULL;

-- E I14 an attempt is from a process that never was
SELECT a.attempt_id FROM attempt a JOIN run ON run.run_no=a.run_no WHERE a.epoch>run.epoch;

-- E I15 a recipient past the commit point is missing from the ledger of what was sent
SELECT a.attempt_id,a.run_no,j.value FROM attempt a CROSS JOIN json_each(a.members) j
WHERE a.committed_us IS NOT NULL EXCEPT SELECT attempt_id,run_no,position FROM sent_before;

-- E I16 a recipient is pending although the last attempt with them was not released
SELECT m.run_no,m.position FROM attempt a CROSS JOIN json_each(a.members) j
CROSS JOIN message m ON m.run_no=a.run_no AND m.position=j.value
WHERE a.state IN('answered','unknown') AND m.state='pending' AND NOT EXISTS(
SELECT 1 FROM operator_action o WHERE o.attempt_id=a.attempt_id
AND o.action IN('retry','not-sent','resend') AND (o.position IS NULL OR o.position=m.position));

-- E I17 an id belongs to a recipient who was not in its attempt
SELECT attempt_id,run_no,position FROM smsc WHERE position IS NOT NULL
EXCEPT SELECT a.attempt_id,a.run_no,j.value FROM attempt a CROSS JOIN json_each(a.members) j;

-- R I18 an answer about statuses was not applied
SELECT exchange_id FROM exchange WHERE state IN('asked','stored');

-- E I19 a status of an unknown id
SELECT e.event_id FROM status_event e WHERE NOT EXISTS(
SELECT 1 FROM smsc s WHERE s.run_no=e.run_no AND s.smsc_id=e.smsc_id);

-- E I20 a final status without its event
SELECT x.run_no,x.position FROM (
SELECT run_no,position,status_text FROM message WHERE state IN('delivered','undelivered')
EXCEPT SELECT s.run_no,s.position,e.status_text FROM status_event e
CROSS JOIN smsc s ON s.run_no=e.run_no AND s.smsc_id=e.smsc_id) x
CROSS JOIN message m ON m.run_no=x.run_no AND m.position=x.position
WHERE m.smsc_id IS NOT NULL OR NOT EXISTS(
SELECT 1 FROM smsc s JOIN status_event e ON e.run_no=s.run_no AND e.smsc_id=s.smsc_id
WHERE s.attempt_id=m.attempt_id AND e.status_text=m.status_text);

-- E I21 an attempt counts as settled although a recipient in it is unknown
SELECT a.attempt_id FROM attempt a JOIN message m ON m.attempt_id=a.attempt_id AND m.run_no=a.run_no
WHERE a.settled_us IS NOT NULL AND m.state='unknown';

-- R I22 an attempt is still open
SELECT attempt_id FROM attempt WHERE state IN('prepared','in_flight','replied');

-- E I23 a sent recipient does not belong to the attempt recorded as having sent them
SELECT m.run_no,m.position FROM message m JOIN attempt a ON a.attempt_id=m.attempt_id
WHERE m.state NOT IN('pending') AND (a.run_no<>m.run_no OR a.chunk_no<>m.chunk_no);

-- E I24 the run counts other chunks than there are
SELECT run_id FROM run WHERE chunk_count<>coalesce(
(SELECT max(chunk_no) FROM message m WHERE m.run_no=run.run_no),0);

-- W I25 the gateway contradicted its own protocol
SELECT alarm_id FROM alarm;

-- W I26 two final statuses disagree
SELECT e.run_no,e.smsc_id FROM status_event e WHERE e.delivery IN('delivered','undelivered')
GROUP BY e.run_no,e.smsc_id HAVING count(DISTINCT e.delivery)>1;

-- W I27 the queue of an attempt shows more messages than were in it: perhaps taken twice
SELECT a.attempt_id FROM attempt a
WHERE (SELECT count(*) FROM smsc s WHERE s.attempt_id=a.attempt_id)>a.member_count;

-- W I28 recipients are unknown
SELECT run_id||': '||count(*)||' (campaign unknown '||run_id||')'
FROM message JOIN run USING(run_no) WHERE message.state='unknown' GROUP BY run_no;

-- W I29 the gateway billed more parts than were estimated
SELECT run_no,position FROM message WHERE sms_count>segments;

-- E I30 a state that does not exist
SELECT 'recipient',run_no,position FROM message
WHERE state<>'pending' AND state NOT IN(SELECT target FROM allowed WHERE entity='message')
UNION ALL SELECT 'attempt',run_no,attempt_id FROM attempt
WHERE state<>'prepared' AND state NOT IN(SELECT target FROM allowed WHERE entity='attempt')
UNION ALL SELECT 'run',run_no,run_id FROM run
WHERE state<>'planned' AND state NOT IN(SELECT target FROM allowed WHERE entity='run');

-- E I31 a recipient passed the commit point while on the stop-list
SELECT a.attempt_id,m.position FROM attempt a CROSS JOIN json_each(a.members) j
CROSS JOIN message m ON m.run_no=a.run_no AND m.position=j.value
CROSS JOIN stop_event e ON e.event_id=(
SELECT max(event_id) FROM stop_event WHERE phone=m.phone AND event_id<=a.stops_seen)
WHERE a.committed_us IS NOT NULL AND a.stops_seen>0 AND e.action='add';

-- E I32 the stop-list is not what its history says
SELECT phone,'add' FROM stop EXCEPT SELECT phone,action FROM (
SELECT phone,action,max(event_id) FROM stop_event GROUP BY phone)
UNION ALL SELECT * FROM (SELECT phone,action FROM (
SELECT phone,action,max(event_id) FROM stop_event GROUP BY phone) WHERE action='add'
EXCEPT SELECT phone,'add' FROM stop);

-- E I33 a recipient missed a send time that was not over, or that they never had
SELECT run_no,position FROM message WHERE state='expired'
AND (send_at_us IS NULL OR final_us IS NULL OR final_us+120000000<send_at_us);

-- E I34 a refused recipient was sent again although the gateway had reported them delivered
SELECT o.run_no,o.position FROM operator_action o
JOIN smsc s ON s.run_no=o.run_no AND s.attempt_id=o.attempt_id AND s.position=o.position
JOIN status_event e ON e.run_no=s.run_no AND e.smsc_id=s.smsc_id
WHERE o.action='retry' AND e.delivery='delivered' AND e.seen_us<o.at_us;
