using System.Buffers.Binary;
using System.Diagnostics;

namespace Traversal.Fuzz.Tests;

/// <summary>The part of afl-fuzz: it starts the program with the two pipes and a test case on standard input.</summary>
internal sealed class FakeFuzzer : IAsyncDisposable
{
    // The shell puts the pipes where the program expects them; opening one waits for the other end, so both sides open them in one order.
    private const string Script = """exec 198<"$1/control" 199>"$1/status" <"$1/input"; exec "$2" serve "$3" """;

    private readonly Process _program;
    private readonly FileStream _control, _status;
    private readonly string _input;

    public FakeFuzzer(InstrumentedProgram program, string target)
    {
        string folder = Directory.CreateDirectory(Path.Combine(program.Folder, Guid.NewGuid().ToString("N"))).FullName;
        using (Process mkfifo = Process.Start("mkfifo", [Path.Combine(folder, "control"), Path.Combine(folder, "status")])) mkfifo.WaitForExit();
        _input = Path.Combine(folder, "input");
        File.WriteAllBytes(_input, []);

        _program = Process.Start(program.StartInfo("bash", "-c", Script, "bash", folder, program.Executable, target))!;
        _control = new FileStream(Path.Combine(folder, "control"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        _status = new FileStream(Path.Combine(folder, "status"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <summary>Starts a run; the process that runs it.</summary>
    public async Task<int> Begin(byte[] input)
    {
        await File.WriteAllBytesAsync(_input, input);
        await _control.WriteAsync(new byte[sizeof(uint)]);
        return (int)await ReadWord();
    }

    public async Task<uint> Run(byte[] input)
    {
        await Begin(input);
        return await ReadWord();
    }

    public async Task<uint> ReadWord()
    {
        byte[] word = new byte[sizeof(uint)];
        await _status.ReadExactlyAsync(word, TestContext.Current.CancellationToken);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }

    /// <summary>Closes the pipe as a fuzzer that ends does; the program's exit code.</summary>
    public async Task<int> End()
    {
        await _control.DisposeAsync();
        await _program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _program.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _control.DisposeAsync();
        await _status.DisposeAsync();
        if (!_program.HasExited) _program.Kill(entireProcessTree: true);
        _program.Dispose();
    }
}
