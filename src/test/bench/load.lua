-- What wrk sends: a call of whoami for each client in turn. Arguments: a file with token, session, path and user of each
-- client; "known" or a seed of new tokens; "checked" or "unchecked".

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local clients = {}
local requests = {}
local seed
local sent = 0
wrong = 0

local function format(client, token)
  local headers = {
    ["Content-Type"] = "application/json",
    ["Accept"] = "application/json, text/event-stream",
  }
  if token ~= "" then
    headers["Authorization"] = "Bearer " .. token
  end
  if client.session ~= "" then
    headers["Mcp-Session-Id"] = client.session
  end
  local body = '{"jsonrpc":"2.0","id":' .. client.user
    .. ',"method":"tools/call","params":{"name":"whoami","arguments":{}}}'
  return wrk.format("POST", client.path, headers, body)
end

function init(args)
  for line in io.lines(args[1]) do
    local token, session, path, user = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)")
    table.insert(clients, { token = token, session = session, path = path, user = user })
  end
  if args[2] ~= "known" then
    seed = args[2]
  else
    for i, client in ipairs(clients) do
      requests[i] = format(client, client.token)
    end
  end
  if args[3] == "checked" then
    response = function(status, headers, body)
      if status ~= 202 and body:match('"id":(%d+)') ~= body:match('"sub":"user%-(%d+)"') then
        wrong = wrong + 1
      end
    end
  end
end

function request()
  sent = sent + 1
  local i = sent % #clients + 1
  if seed then
    return format(clients[i], "u" .. clients[i].user .. "-" .. seed .. sent)
  end
  return requests[i]
end

function done(summary, latency, requests)
  local all = 0
  for _, thread in ipairs(threads) do
    all = all + thread:get("wrong")
  end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%.3f,"failed":%d,"wrong":%d,"medianMillis":%.3f,"p99Millis":%.3f}\n',
    summary.requests, summary.duration / 1e6, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    all, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
