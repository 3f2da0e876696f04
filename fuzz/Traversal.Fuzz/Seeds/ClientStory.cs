namespace Traversal.Fuzz;

/// <summary>Writes a <see cref="ClientScript"/>.</summary>
internal sealed class ClientStory(byte configuration)
{
    private readonly List<byte> _bytes = [configuration];

    /// <summary>The script.</summary>
    public byte[] Bytes => [.. _bytes];

    public ClientStory Tell(ClientEventKind kind, int who, int flags, params ReadOnlySpan<byte> payload)
    {
        _bytes.AddRange([(byte)kind, (byte)who, (byte)flags, (byte)payload.Length]);
        _bytes.AddRange(payload);
        return this;
    }
}
