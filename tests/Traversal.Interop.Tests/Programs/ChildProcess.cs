using System.Diagnostics;

namespace Traversal.Interop.Tests.Programs;

/// <summary>A program that a test started: its output is kept for the test's message, and it does not outlive the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan OutputInterval = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Lock _lock = new();

    private ChildProcess(Process process) => _process = process;

    public string CommandLine => $"{Path.GetFileName(_process.StartInfo.FileName)} {string.Join(' ', _process.StartInfo.ArgumentList)}";

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What the program wrote to standard output so far.</summary>
    public string[] Output { get { lock (_lock) { return [.. _output]; } } }

    /// <summary>What the program wrote to standard error so far.</summary>
    public string[] Errors { get { lock (_lock) { return [.. _errors]; } } }

    /// <summary>Everything that helps to understand a failure.</summary>
    public string Transcript =>
        $"$ {CommandLine}\n{string.Join('\n', Output)}\n--- standard error ---\n{string.Join('\n', Errors)}\n--- {(HasExited ? $"exit code {_process.ExitCode}" : "running")} ---";

    public static ChildProcess Start(string file, params IEnumerable<string> arguments)
    {
        ChildProcess child = StartWithInput(file, arguments);
        child._process.StandardInput.Close();
        return child;
    }

    /// <summary>The same, with an input that stays open for <see cref="WriteLineAsync"/>.</summary>
    public static ChildProcess StartWithInput(string file, params IEnumerable<string> arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(file, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Keep(child._output, line.Data);
        process.ErrorDataReceived += (_, line) => child.Keep(child._errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Writes a line to the program's standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), TestContext.Current.CancellationToken);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a program to its end; fails the test when it takes longer than <paramref name="limit"/>.</summary>
    public static async Task<ProgramResult> RunAsync(TimeSpan limit, string file, params IEnumerable<string> arguments)
    {
        await using ChildProcess child = Start(file, arguments);
        return await child.WaitForExitAsync(limit);
    }

    public async Task<ProgramResult> WaitForExitAsync(TimeSpan limit)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The program did not end within {limit.TotalSeconds} s.\n{Transcript}");
        }

        return new ProgramResult(_process.ExitCode, Output, Errors, Transcript);
    }

    /// <summary>Waits until the program has ended, or for as long as <paramref name="most"/>.</summary>
    public async Task WaitForExitOrAsync(TimeSpan most)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(most);
        }
        catch (TimeoutException)
        {
            // Whoever disposes of it ends it.
        }
    }

    /// <summary>Waits until what the program wrote is as expected; fails the test when it ends before or takes longer than <paramref name="limit"/>.</summary>
    public async Task WaitForOutputAsync(Func<string[], bool> isExpected, TimeSpan limit)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(limit);
        using var pause = new PeriodicTimer(OutputInterval);
        while (!isExpected(Output))
        {
            Assert.False(HasExited, $"The program ended before it wrote what was expected.\n{Transcript}");
            Assert.False(deadline.IsCancellationRequested, $"The program did not write what was expected within {limit.TotalSeconds} s.\n{Transcript}");
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Asks the program to end (SIGTERM), as a service manager does.</summary>
    public async Task TerminateAsync()
    {
        ProgramResult sent = await RunAsync(TimeSpan.FromSeconds(60), "/bin/sh", "-c", $"kill -TERM {_process.Id}");
        Assert.True(sent.ExitCode == 0, sent.Transcript);
    }

    /// <summary>The same; the process may be gone already.</summary>
    public Task TryTerminateAsync() => RunAsync(TimeSpan.FromSeconds(60), "/bin/sh", "-c", $"kill -TERM {_process.Id}");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Keep(List<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            lines.Add(line);
        }
    }
}

/// <summary>How a program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string[] Output, string[] Errors, string Transcript);
