# Copies a file to the child of the current session, and the child's output to another file, each byte exactly once, however
# often the connection is lost: .\RetryByOffset.ps1 http://127.0.0.1:8080 C:\full\path\input C:\full\path\output
param([string] $Service, [string] $In, [string] $Out)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # Its bar would cost more time than the requests.

# Sends the very same request until it is answered; nothing at the end of the output.
function Ask([string] $Target, [string] $Method = 'Get', [byte[]] $Body) {
    $request = @{ Uri = "$Service/pipe$Target"; Method = $Method; UseBasicParsing = $true; TimeoutSec = 90
        Headers = @{ Accept = 'application/octet-stream, application/json' } }
    if ($Method -eq 'Post') { $request.Body = $Body; $request.ContentType = 'application/octet-stream' }
    while ($true) {
        try { return , (Invoke-WebRequest @request).RawContentStream.ToArray() } catch {
            $problem = "$($_.ErrorDetails)"
            if ($problem -match '/problems/end-of-output') { return }
            # 0 is no answer, or half of one: the connection is lost, and what was done is not done again.
            $code = if ($problem -match '}\s*$') { [int] $_.Exception.Response.StatusCode } else { 0 }
            if ($code -notin 0, 408, 503) { throw }
        }
        Start-Sleep -Milliseconds 100
    }
}

$status = [Text.Encoding]::UTF8.GetString((Ask '')) | ConvertFrom-Json
$session = "session=$($status.id)"
[long] $inOffset = $status.input.offset
[long] $outOffset = $status.output.cursor
$source, $target = [IO.File]::OpenRead($In), [IO.File]::Create($Out)
$buffer = New-Object byte[] 65536
do {
    $length = $source.Read($buffer, 0, $buffer.Length)
    $chunk = New-Object byte[] $length
    [Array]::Copy($buffer, $chunk, $length)
    $eof = if ($length) { '' } else { '&eof=true' }
    $null = Ask "/write?$session&offset=$inOffset$eof" Post $chunk
    $inOffset += $length
    do { # What is there; at the end, all that comes until the output ends.
        $output = Ask "/read?$session&offset=$outOffset$(if ($length) { '&timeout=0s' })"
        if ($output.Length) { $target.Write($output, 0, $output.Length) }
        $outOffset += $output.Length # The next request confirms what has arrived, and asks for what follows.
    } while ($output.Length -or ($null -ne $output -and -not $length))
} while ($length)
$target.Close()
