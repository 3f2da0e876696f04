using System.Globalization;

namespace Traversal.Fuzz;

/// <summary>Where test cases come from: shared memory if afl-fuzz offers it, otherwise the file that is this process's standard input.</summary>
internal sealed unsafe class TestCase
{
    private const int StandardInput = 0;

    private readonly byte* _segment;
    private readonly byte[] _buffer;

    private TestCase(byte* segment)
    {
        _segment = segment;
        _buffer = segment is null ? new byte[Protocol.MaxInput] : [];
    }

    /// <summary>Whether they come in shared memory.</summary>
    public bool IsShared => _segment is not null;

    /// <summary>Finds out where they come from.</summary>
    public static TestCase Open()
    {
        string? segment = Environment.GetEnvironmentVariable(Protocol.InputSegmentVariable);
        return new(int.TryParse(segment, NumberStyles.Integer, CultureInfo.InvariantCulture, out int id) ? (byte*)LibC.Attach(id) : null);
    }

    /// <summary>The current one; valid until the run is over.</summary>
    public ReadOnlySpan<byte> Read() => IsShared
        ? new(_segment + sizeof(uint), (int)Math.Min(*(uint*)_segment, Protocol.MaxInput))
        : _buffer.AsSpan(0, LibC.ReadFromStart(StandardInput, _buffer));
}
