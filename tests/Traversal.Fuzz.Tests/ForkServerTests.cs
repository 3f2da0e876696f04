using System.Diagnostics;

namespace Traversal.Fuzz.Tests;

/// <summary>The fork server, with a test in the place of afl-fuzz.</summary>
public class ForkServerTests(InstrumentedProgram program) : IClassFixture<InstrumentedProgram>
{
    private const int Patience = 120_000;

    [Fact(Timeout = Patience)]
    public async Task It_greets_with_the_number_of_edges_and_ends_with_the_fuzzer()
    {
        await using var fuzzer = new FakeFuzzer(program, "stun-message");

        uint greeting = await fuzzer.ReadWord();

        Assert.Equal(0xC000_0001u, greeting & 0xFF00_0001);
        Assert.Equal(program.Edges, (int)(greeting >> 1 & 0x7F_FFFF) + 1);
        Assert.Equal(0, await fuzzer.End());
    }

    [Fact(Timeout = Patience)]
    public async Task After_an_exception_an_abort_and_a_hang_the_next_run_is_well()
    {
        await using var fuzzer = new FakeFuzzer(program, "self-test");
        await fuzzer.ReadWord();

        Assert.Equal(Protocol.Stopped, await fuzzer.Run("fine"u8.ToArray()));
        Assert.Equal(Protocol.Aborted, await fuzzer.Run("throw"u8.ToArray()));
        Assert.Equal(Protocol.Stopped, await fuzzer.Run("fine"u8.ToArray()));
        Assert.Equal(Protocol.Aborted, await fuzzer.Run("abort"u8.ToArray()));
        Assert.Equal(Protocol.Stopped, await fuzzer.Run("fine"u8.ToArray()));

        using (Process hanging = Process.GetProcessById(await fuzzer.Begin("hang"u8.ToArray()))) hanging.Kill();
        Assert.Equal((uint)Protocol.SignalKill, await fuzzer.ReadWord());
        Assert.Equal(Protocol.Stopped, await fuzzer.Run([]));
        Assert.Equal(0, await fuzzer.End());
    }

    [Fact(Timeout = Patience)]
    public async Task The_tools_of_AFL_drive_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/afl-showmap"), "AFL++ is not installed.");
        string inputs = Directory.CreateDirectory(Path.Combine(program.Folder, "inputs")).FullName, output = Path.Combine(program.Folder, "maps");
        foreach (Seed seed in StunSeeds.All())
            await File.WriteAllBytesAsync(Path.Combine(inputs, seed.Name), seed.Bytes, TestContext.Current.CancellationToken);

        ProcessStartInfo showMap = program.StartInfo(
            "afl-showmap", "-q", "-t", "60000", "-i", inputs, "-o", output, "--", program.Executable, "serve", "stun-message");
        (showMap.Environment["AFL_SKIP_BIN_CHECK"], showMap.Environment["AFL_FORKSRV_INIT_TMOUT"]) = ("1", "60000");
        using Process process = Process.Start(showMap)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        string[] ofHeader = await File.ReadAllLinesAsync(Path.Combine(output, "header"), TestContext.Current.CancellationToken);
        string[] ofRequest = await File.ReadAllLinesAsync(Path.Combine(output, "rfc5769-request"), TestContext.Current.CancellationToken);
        Assert.InRange(ofHeader.Length, 10, ofRequest.Length - 10);
    }
}
