namespace Traversal.Fuzz;

/// <summary>Writes an <see cref="IceScript"/>.</summary>
internal sealed class IceStory(byte configuration)
{
    private readonly List<byte> _bytes = [configuration];

    /// <summary>The script.</summary>
    public byte[] Bytes => [.. _bytes];

    public IceStory Tell(IceStoryKind kind, int who, int flags, params ReadOnlySpan<byte> payload)
    {
        _bytes.AddRange([(byte)kind, (byte)who, (byte)flags, (byte)payload.Length]);
        _bytes.AddRange(payload);
        return this;
    }
}
