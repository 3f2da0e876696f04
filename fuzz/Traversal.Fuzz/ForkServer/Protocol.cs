namespace Traversal.Fuzz;

/// <summary>
/// The fork-server protocol of AFL++ 4.0x as a program under test speaks it: four-byte words in the machine's order over two inherited pipes.
/// The program greets with its options; then for each run it reads a word, answers with the process that runs, and, when the run is over, with a
/// wait status.
/// </summary>
internal static class Protocol
{
    /// <summary>Where afl-fuzz's commands come from.</summary>
    public const int ControlDescriptor = 198;

    /// <summary>Where the answers go.</summary>
    public const int StatusDescriptor = 199;

    /// <summary>The segment with the test case, a four-byte length in front; absent when test cases come on standard input.</summary>
    public const string InputSegmentVariable = "__AFL_SHM_FUZZ_ID";

    /// <summary>The longest test case that afl-fuzz makes.</summary>
    public const int MaxInput = 1 << 20;

    /// <summary>A wait status: the run ended well, and its process is stopped until the next.</summary>
    public const uint Stopped = SignalStop << 8 | 0x7F;

    /// <summary>A wait status: ended by an abort, which afl-fuzz takes for a crash.</summary>
    public const uint Aborted = 6;

    /// <summary>The signal that afl-fuzz sends to a run that takes too long.</summary>
    public const int SignalKill = 9;

    private const uint SignalStop = 19;

    private const uint OptionsEnabled = 0x8000_0001;
    private const uint OptionMapSize = 0x4000_0000;
    private const uint OptionSharedInput = 0x0100_0000;

    /// <summary>The greeting. afl-fuzz answers it with a word if it names shared-memory input, otherwise with nothing.</summary>
    /// <param name="edges">The number of counters.</param>
    /// <param name="sharedInput">Whether test cases are to come in shared memory.</param>
    public static uint Greeting(int edges, bool sharedInput) =>
        OptionsEnabled | OptionMapSize | (uint)(edges - 1) << 1 | (sharedInput ? OptionSharedInput : 0);
}
