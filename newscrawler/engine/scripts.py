"""What the engine does in one step, in its own Lua: who holds what is looked at and changed with nobody in between."""

# what a worker or archivist holds is prolonged by whoever holds it alone
PROLONG = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end"
# a host is had by one alone, who prolongs it, or has it again where the engine forgot; an engine that is full prolongs, too
ENTER = """
local held = redis.call('GET', KEYS[1])
if held == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if held then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
# a turn is prolonged by the worker that it belongs to alone: XCLAIM by itself would take it back from the next one
RENEW = """
local mine = redis.call('XPENDING', KEYS[1], 'workers', ARGV[2], ARGV[2], 1, ARGV[1])
if #mine == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], 'workers', ARGV[1], 0, ARGV[2], 'JUSTID')
return 1
"""
