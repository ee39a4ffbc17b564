-- a report of a worker on another machine that is filed (scaling): what an engine delivers twice is filed once
CREATE TABLE engine_reports (
    turn TEXT NOT NULL,                 -- the turn that it is of: a host's share of work, handed to one worker
    report TEXT NOT NULL,               -- which task of the turn, and whether a page, a look at an endpoint, robots.txt or a host's answer
    at TEXT NOT NULL,                   -- when it was filed
    PRIMARY KEY (turn, report)
) STRICT, WITHOUT ROWID;
