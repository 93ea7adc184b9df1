/**
 * Takes from buckets and a quota at once, all of it or nothing, by the clock of Redis. A bucket is kept as `TokenBucket`
 * keeps it: when it is full again, in milliseconds; a quota as the predictions of its period so far.
 *
 * KEYS: the buckets, then the quota. ARGV: the number of buckets; for each its tokens to take, burst and rate per second; then,
 * with a quota, predictions to take, its limit, what was used before Redis knew of it, what was used beside Redis, and the
 * milliseconds to keep it. Answers what had not enough (0 for nothing, from 1), what is left in each bucket, and the quota used.
 */
export const TAKE_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local count = tonumber(ARGV[1])
local short, missing = 0, {}
for i = 1, count do
  local tokens, burst, rate = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local fullAt = tonumber(redis.call('GET', KEYS[i]) or '0')
  missing[i] = math.min(burst, math.max(0, fullAt - now) * rate / 1000)
  if short == 0 and burst - missing[i] + 1e-9 < tokens then short = i end
end
local quota = 3 * count + 2
local predictions, used, beside = 0, 0, 0
if KEYS[count + 1] then
  predictions, beside = tonumber(ARGV[quota]), tonumber(ARGV[quota + 3])
  used = tonumber(redis.call('GET', KEYS[count + 1]) or ARGV[quota + 2])
  if short == 0 and used + beside + predictions > tonumber(ARGV[quota + 1]) then short = count + 1 end
end
if short == 0 then
  for i = 1, count do
    local rate = tonumber(ARGV[3 * i + 1])
    missing[i] = missing[i] + tonumber(ARGV[3 * i - 1])
    local wait = missing[i] * 1000 / rate
    redis.call('SET', KEYS[i], string.format('%.6f', now + wait), 'PX', math.ceil(wait) + 1000)
  end
  if KEYS[count + 1] then
    used = used + predictions
    redis.call('SET', KEYS[count + 1], string.format('%.0f', used), 'PX', ARGV[quota + 4])
  end
end
local answer = { short }
for i = 1, count do answer[i + 1] = string.format('%.9f', tonumber(ARGV[3 * i]) - missing[i]) end
if KEYS[count + 1] then answer[count + 2] = string.format('%.0f', used) end
return answer
`
