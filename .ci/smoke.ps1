# NOT SEEN ON WINDOWS YET: written and checked on Linux. Once it has passed there, delete this line.
# Tries pipe-relay on real Windows, in about five minutes and with nothing but the jar and a JDK (17 or later), as any user:
#
#   powershell -ExecutionPolicy Bypass -File .ci\smoke.ps1 [-Jar FILE] [-JavaHome FOLDER] [-Folder NEW-FOLDER]
#
# A line for each thing tried: PASS, FAIL or LEFT OUT, what was measured, and why. The exit code is 1 if anything failed. For
# Windows PowerShell 5.1, which reads a script without a byte order mark in the system's code page: so this one is in ASCII.
#requires -Version 5.1
[CmdletBinding()]
param(
    [string] $Jar,
    [string] $JavaHome = $env:JAVA_HOME,
    [string] $Folder
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Add-Type -AssemblyName System.Net.Http

$onWindows = [Environment]::OSVersion.Platform -eq 'Win32NT'
$chinese = -join [char[]] (0x4E2D, 0x6587)
$hello = -join [char[]] (0x4F60, 0x597D)
$utf8 = New-Object System.Text.UTF8Encoding($false)
$failures = New-Object System.Collections.ArrayList
$relays = New-Object System.Collections.ArrayList

if (-not $Jar) {
    $jars = @(Get-ChildItem (Join-Path $PSScriptRoot '../target') -Filter 'pipe-relay-*.jar')
    if ($jars.Count -ne 1) { throw 'Name the jar by -Jar, or build exactly one by: mvn clean package' }
    $Jar = $jars[0].FullName
}
if (-not $JavaHome) { throw 'Name a JDK by -JavaHome, or set JAVA_HOME' }
if (-not $Folder) {
    # Outside the profile, where a new file is readable by every user unless its maker sees to it.
    $root = if ($onWindows) { $env:SystemDrive + '\' } else { [IO.Path]::GetTempPath() }
    $Folder = Join-Path $root "pipe relay $chinese $PID"
}

# Steps

function Step {
    param([string] $Name, [scriptblock] $Body, [switch] $WindowsOnly)
    if ($WindowsOnly -and -not $onWindows) {
        Write-Host "LEFT OUT  ${Name}: this is not Windows"
        return
    }
    $watch = [Diagnostics.Stopwatch]::StartNew()
    try {
        $found = @(& $Body) -join '; '
        $result = if ($found.StartsWith('left out')) { 'LEFT OUT' } else { 'PASS    ' }
        Write-Host ('{0}  {1}: {2} [{3:n1} s]' -f $result, $Name, $found, $watch.Elapsed.TotalSeconds)
    } catch {
        [void] $failures.Add($Name)
        Write-Host ('FAIL      {0}: {1} (line {2}) [{3:n1} s]' -f
            $Name, $_.Exception.Message, $_.InvocationInfo.ScriptLineNumber, $watch.Elapsed.TotalSeconds)
    }
}

function Assert-Equal {
    param($Actual, $Expected, [string] $What)
    if ($Actual -cne $Expected) { throw "${What}: '$Actual' instead of '$Expected'" }
}

function Wait-Until {
    param([scriptblock] $Condition, [int] $Seconds, [string] $What)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "$What did not happen within $Seconds s" }
        Start-Sleep -Milliseconds 50
    }
    [int] $watch.ElapsedMilliseconds
}

# Services

function Read-Shared {
    param([string] $Path)
    if (-not (Test-Path -LiteralPath $Path)) { return '' }
    $stream = New-Object System.IO.FileStream($Path, 'Open', 'Read', 'ReadWrite')
    try { (New-Object System.IO.StreamReader($stream, $utf8)).ReadToEnd() } finally { $stream.Dispose() }
}

# Relative names, because java.exe cannot open a jar whose path has letters from outside the system's code page.
function Start-Relay {
    param([string] $Log, [string[]] $Settings = @(), [string] $Program = 'java')
    $arguments = @('-jar', 'pipe-relay.jar', '--server.port=0', "--logging.file.name=$Log.log") + $Settings
    $launch = @{
        FilePath         = Join-Path $JavaHome "bin/$Program"
        ArgumentList     = $arguments
        WorkingDirectory = $Folder
        PassThru         = $true
    }
    if ($Program -eq 'java') {
        $launch.RedirectStandardOutput = Join-Path $Folder "$Log.out"
        $launch.RedirectStandardError = Join-Path $Folder "$Log.err"
        if ($onWindows) { $launch.WindowStyle = 'Hidden' }
    }
    $process = Start-Process @launch
    [void] $process.Handle
    [void] $relays.Add($process)
    $file = Join-Path $Folder "$Log.log"
    $relay = @{ Process = $process; Log = $file; Port = 0 }
    [void] (Wait-Until -Seconds 120 -What "the start of a service ($Log)" -Condition {
            if ((Read-Shared $file) -match 'http://127\.0\.0\.1:(\d+)/swagger-ui') { $relay.Port = [int] $Matches[1] }
            if ($process.HasExited) {
                throw "the service ended: $(Read-Shared $file) $(Read-Shared (Join-Path $Folder "$Log.err"))"
            }
            $relay.Port -gt 0
        })
    $relay
}

function Stop-Relay {
    param($Relay)
    if (-not $Relay.Process.HasExited) { $Relay.Process.Kill() }
    if (-not $Relay.Process.WaitForExit(10000)) { throw "the service $($Relay.Process.Id) did not end" }
}

# Requests

[Net.ServicePointManager]::Expect100Continue = $false
[Net.ServicePointManager]::UseNagleAlgorithm = $false
$handler = New-Object System.Net.Http.HttpClientHandler
$handler.UseProxy = $false
$http = New-Object System.Net.Http.HttpClient($handler)
$http.Timeout = [TimeSpan]::FromSeconds(90)

function Send-Request {
    param([string] $Method, [string] $Url, [byte[]] $Body, [string] $Type, [string] $Token, [switch] $Once)
    $request = New-Object System.Net.Http.HttpRequestMessage((New-Object System.Net.Http.HttpMethod($Method)), $Url)
    if ($Body) {
        $request.Content = New-Object System.Net.Http.ByteArrayContent(, $Body)
        if ($Type) { $request.Content.Headers.ContentType = New-Object System.Net.Http.Headers.MediaTypeHeaderValue($Type) }
    }
    if ($Token) {
        $request.Headers.Authorization = New-Object System.Net.Http.Headers.AuthenticationHeaderValue('Bearer', $Token)
    }
    if ($Once) { $request.Headers.ConnectionClose = $true }
    $response = $http.SendAsync($request).GetAwaiter().GetResult()
    try {
        @{
            Status = [int] $response.StatusCode
            Text   = $utf8.GetString($response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult())
        }
    } finally {
        $response.Dispose()
    }
}

function Send-ToRelay {
    param($Relay, [string] $Method, [string] $Target, [string] $Text, [string] $Type, [int] $Expected)
    [byte[]] $body = $null
    if ($Text) { $body = $utf8.GetBytes($Text) }
    $answer = Send-Request $Method "http://127.0.0.1:$($Relay.Port)$Target" $body $Type
    if ($Expected) { Assert-Equal $answer.Status $Expected "$Method $Target ($($answer.Text))" }
    $answer.Text
}

function New-Session {
    param($Relay, [string] $Child, [string] $Topology = 'duplex', [int] $Expected = 201)
    $json = '{"child":"' + $Child + '","topology":"' + $Topology + '"}'
    $text = Send-ToRelay $Relay POST '/pipe?replace=true' $json 'application/json' $Expected
    $text | ConvertFrom-Json
}

function Remove-Session {
    param($Relay)
    [void] (Send-ToRelay $Relay DELETE '/pipe')
}

function Get-Family {
    param([int] $Id)
    foreach ($child in @(Get-CimInstance Win32_Process -Filter "ParentProcessId = $Id")) {
        $child.ProcessId
        Get-Family $child.ProcessId
    }
}

function Test-Running {
    param([int] $Id)
    $null -ne (Get-Process -Id $Id -ErrorAction SilentlyContinue)
}

# One original conversation after the other.
function Measure-Bingo {
    param($Relay, [string] $Topology, [int] $Rounds = 200)
    [void] (New-Session $Relay 'bingo' $Topology)
    $times = foreach ($round in 1..$Rounds) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        [void] (Send-ToRelay $Relay POST '/pipe/write?append=nul' 'Bingo hen shuai' '' 200)
        Assert-Equal (Send-ToRelay $Relay GET '/pipe/read?timeout=30s' '' '' 200) 'Bingo Bingo' "round $round"
        $watch.Elapsed.TotalMilliseconds
    }
    Remove-Session $Relay
    $sorted = @($times | Sort-Object)
    '{0} rounds, median {1:n2} ms, longest {2:n2} ms' -f $Rounds, $sorted[[int] ($Rounds / 2)], $sorted[-1]
}

function Measure-Transfer {
    param($Relay, [string] $Topology)
    [void] (New-Session $Relay 'agent' $Topology)
    $line = 'x' * 262143
    $watch = [Diagnostics.Stopwatch]::StartNew()
    foreach ($round in 1..4) {
        $reply = Send-ToRelay $Relay POST '/pipe/exchange?timeout=60s&max=262144' $line '' 200
        Assert-Equal $reply.Length ($line.Length + 1) 'the length of the echo'
    }
    Remove-Session $Relay
    '{0:n0} KiB/s there and back' -f (1024 / $watch.Elapsed.TotalSeconds)
}

function Write-Settings {
    $system = if ($onWindows) { Join-Path $env:SystemRoot 'System32' } else { '/bin' }
    $batch = Join-Path $Folder 'show.cmd'
    [IO.File]::WriteAllText($batch, "@echo off`r`necho ready %1`r`n", [Text.Encoding]::ASCII)
    $yaml = @"
pipe:
  children:
    hello:
      command: ['{agent}', --reply, "\u4f60\u597d"]
    window:
      command: ['$system\winver.exe']
    batch:
      command: ['$batch', 'a b']
    python3:
      command: [python3, --version]
    missing:
      command: [no-such-program-of-pipe-relay]
    sort:
      command: ['$(Join-Path $system 'sort')$(if ($onWindows) { '.exe' })']
    family:
      command: ['$system\cmd.exe', /d, /c, '$system\ping.exe', -n, '600', 127.0.0.1]
"@
    [IO.File]::WriteAllText((Join-Path $Folder 'application.yaml'), $yaml, $utf8)
}

# The steps in their order

$relay = $null
try {
    Step 'the system' {
        "PowerShell $($PSVersionTable.PSVersion)", [Environment]::OSVersion.VersionString
        if ($onWindows) {
            $windows = Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
            $pages = Get-ItemProperty 'HKLM:\SYSTEM\CurrentControlSet\Control\Nls\CodePage'
            "$($windows.ProductName), build $($windows.CurrentBuild).$($windows.UBR)", "$env:PROCESSOR_ARCHITECTURE"
            "code pages: ANSI $($pages.ACP), OEM $($pages.OEMCP), console $([Console]::OutputEncoding.CodePage)"
            $principal = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
            "administrator: $($principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator))"
        }
        (Get-Content -LiteralPath (Join-Path $JavaHome 'release')) -match '^JAVA_VERSION=|^IMPLEMENTOR='
    }

    Step 'a folder outside the profile' {
        [void] (New-Item -ItemType Directory -Path $Folder)
        Copy-Item -LiteralPath $Jar -Destination (Join-Path $Folder 'pipe-relay.jar')
        Write-Settings
        $Folder
    }

    Step 'the service starts' {
        $script:relay = Start-Relay 'service'
        "port $($relay.Port)"
    }
    if (-not $relay) { throw 'Without a service there is nothing to try.' }

    foreach ($topology in 'duplex', 'shared') {
        Step "the original conversation, $topology" { Measure-Bingo $relay $topology }
        Step "a long line, $topology" { Measure-Transfer $relay $topology }
    }

    Step 'an answer in Chinese' {
        [void] (New-Session $relay 'hello')
        [void] (Send-ToRelay $relay POST '/pipe/write?append=lf' $hello '' 200)
        Assert-Equal (Send-ToRelay $relay GET '/pipe/read?until=lf&timeout=30s' '' '' 200).Trim() $hello 'the answer'
        Remove-Session $relay
    }

    Step 'localhost and 127.0.0.1, a new connection each' {
        foreach ($name in '127.0.0.1', 'localhost') {
            $watch = [Diagnostics.Stopwatch]::StartNew()
            foreach ($round in 1..5) {
                $answer = Send-Request GET "http://${name}:$($relay.Port)/actuator/health" -Once
                Assert-Equal $answer.Status 200 $name
            }
            '{0} {1:n0} ms' -f $name, ($watch.ElapsedMilliseconds / 5)
        }
        if (Get-Command curl.exe -ErrorAction SilentlyContinue) {
            foreach ($name in '127.0.0.1', 'localhost') {
                $seconds = & curl.exe --silent --output NUL --write-out '%{time_total}' "http://${name}:$($relay.Port)/pipe"
                "curl.exe, $name $seconds s"
            }
        }
    }

    Step 'a program with a window shows it' -WindowsOnly {
        $session = New-Session $relay 'window'
        $took = Wait-Until -Seconds 20 -What 'a visible window' -Condition {
            $process = Get-Process -Id $session.child.pid -ErrorAction SilentlyContinue
            if (-not $process) { throw 'the program ended at once' }
            $process.MainWindowHandle -ne [IntPtr]::Zero
        }
        Remove-Session $relay
        Assert-Equal (Test-Running $session.child.pid) $false 'running after DELETE'
        "visible after $took ms"
    }

    Step 'a batch file' -WindowsOnly {
        [void] (New-Session $relay 'batch')
        $line = Send-ToRelay $relay GET '/pipe/read?until=lf&timeout=30s' '' '' 200
        Assert-Equal $line.Trim() 'ready "a b"' 'its first line'
        Remove-Session $relay
        $line.Trim()
    }

    Step 'python3, which may be the Store''s alias' -WindowsOnly {
        $python = Get-Command python3 -ErrorAction SilentlyContinue
        if (-not $python) { return 'left out, there is no python3' }
        $json = $utf8.GetBytes('{"child":"python3"}')
        $answer = Send-Request POST "http://127.0.0.1:$($relay.Port)/pipe?replace=true" $json 'application/json'
        if ($answer.Status -eq 201) {
            [void] (Wait-Until -Seconds 30 -What 'the end of python3' -Condition {
                    ((Send-ToRelay $relay GET '/pipe') | ConvertFrom-Json).state -ne 'running' })
            $child = ((Send-ToRelay $relay GET '/pipe') | ConvertFrom-Json).child
            "$($python.Source): exit code $($child.exitCode)"
        } else {
            $problem = $answer.Text | ConvertFrom-Json
            Assert-Equal $problem.type '/problems/child-launch-failed' 'the problem'
            "$($python.Source): $($problem.detail)"
        }
        Remove-Session $relay
    }

    Step 'a program that is not there' {
        $problem = New-Session $relay 'missing' -Expected 500
        Assert-Equal $problem.type '/problems/child-launch-failed' 'the problem'
        Assert-Equal $problem.osError.code 2 'the system''s error code'
        $problem.detail
    }

    Step 'a hundred sessions leave no handle' {
        $count = {
            $process = Get-Process -Id $relay.Process.Id
            $process.HandleCount
        }
        foreach ($round in 1..20) { [void] (New-Session $relay 'sort') }
        Remove-Session $relay
        $before = & $count
        foreach ($round in 1..100) { [void] (New-Session $relay 'sort') }
        Remove-Session $relay
        # Connections and threads come and go; a leak is at least one handle for each session.
        [void] (Wait-Until -Seconds 30 -What "a handle count near $before (now $(& $count))" -Condition {
                (& $count) -le $before + 20 })
        "$before before, $(& $count) after"
    }

    Step 'the token file is its owner''s' -WindowsOnly {
        $file = Join-Path $Folder 'token.txt'
        $settings = @('--pipe.access.token-file=token.txt')
        $guarded = Start-Relay 'guarded' $settings
        $url = "http://127.0.0.1:$($guarded.Port)/pipe/children"
        Assert-Equal (Send-Request GET $url).Status 401 'without the token'
        Assert-Equal (Send-Request GET $url -Token ([IO.File]::ReadAllText($file).Trim())).Status 200 'with the token'
        Stop-Relay $guarded
        $acl = Get-Acl -LiteralPath $file
        Assert-Equal $acl.AreAccessRulesProtected $true 'protected from inheritance'
        $user = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
        # SYSTEM, Administrators and the owner's rights.
        $allowed = @($user, 'S-1-5-18', 'S-1-5-32-544', 'S-1-3-4')
        foreach ($rule in $acl.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier])) {
            if ($allowed -notcontains $rule.IdentityReference.Value) { throw "$($rule.IdentityReference) may use it" }
        }
        Stop-Relay (Start-Relay 'guarded-again' $settings)
        & icacls.exe $file | Where-Object { $_ -match ':\(' } | ForEach-Object { $_.Replace($file, '').Trim() }
    }

    Step 'a killed service takes its family along' -WindowsOnly {
        $doomed = Start-Relay 'doomed'
        $child = (New-Session $doomed 'family').child.pid
        [void] (Wait-Until -Seconds 20 -What 'a child of the child' -Condition { @(Get-Family $child).Count -ge 1 })
        $family = @($child) + @(Get-Family $child)
        Stop-Relay $doomed
        $took = Wait-Until -Seconds 10 -What "the end of $family" -Condition {
            -not @($family | Where-Object { Test-Running $_ })
        }
        "$($family.Count) processes, within $took ms"
    }

    Step 'javaw, which has no console' -WindowsOnly {
        $silent = Start-Relay 'silent' -Program 'javaw'
        $session = New-Session $silent 'bingo'
        Assert-Equal (Get-Process -Id $session.child.pid).MainWindowHandle ([IntPtr]::Zero) 'the child''s window'
        $measured = Measure-Bingo $silent 'duplex' 20
        Stop-Relay $silent
        $measured
    }

    Step 'a temporary folder with Chinese in its name' -WindowsOnly {
        $kept = $env:TEMP, $env:TMP
        $temporary = Join-Path $Folder "temp $chinese"
        [void] (New-Item -ItemType Directory -Path $temporary)
        try {
            $env:TEMP = $env:TMP = $temporary
            $far = Start-Relay 'far'
            Measure-Bingo $far 'duplex' 20
            Stop-Relay $far
        } catch {
            # One sentence that says what to do is as good, where the disk has no short names.
            if ($_.Exception.Message -notmatch 'jna\.tmpdir') { throw }
            'it says what to do: ' + (($_.Exception.Message -split "`n") -match 'jna\.tmpdir')[0].Trim()
        } finally {
            $env:TEMP, $env:TMP = $kept
        }
    }
} finally {
    foreach ($process in $relays) {
        if (-not $process.HasExited) { $process.Kill(); [void] $process.WaitForExit(10000) }
    }
    $http.Dispose()
    if ($failures.Count) {
        Get-ChildItem -LiteralPath $Folder -Filter '*.log' -ErrorAction SilentlyContinue | ForEach-Object {
            Write-Host "---- $($_.Name)"
            Get-Content -LiteralPath $_.FullName -Encoding UTF8 | Select-Object -Last 40 | Write-Host
        }
    }
    Remove-Item -LiteralPath $Folder -Recurse -Force -ErrorAction SilentlyContinue
}

if ($failures.Count) {
    Write-Host "FAILED: $($failures -join ', ')"
    exit 1
}
Write-Host 'PASSED'
