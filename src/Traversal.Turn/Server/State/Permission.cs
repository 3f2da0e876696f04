using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A permission (RFC 8656 section 9).</summary>
internal struct Permission
{
    /// <summary>How long it lasts (RFC 8656 section 9).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The peers; the port is 0.</summary>
    public TransportAddress Address;

    public MonotonicTime ExpiresAt;

    /// <summary>The slot of its allocation.</summary>
    public int Allocation;

    /// <summary>The next one of its allocation.</summary>
    public int Next;

    /// <summary>How many channels there are to its peers; it stays while there are any.</summary>
    public int Channels;

    /// <summary>Whether the policy must be asked about the port of each packet.</summary>
    public bool ChecksPorts;

    // The four ports that Send indications were last to reach anew; 0 is none.
    private ulong _ports;

    /// <summary>Whether Send indications went there.</summary>
    public readonly bool HasPorts => _ports != 0;

    /// <summary>Whether they went to a port of late.</summary>
    public readonly bool KnowsPort(ushort port)
    {
        for (ulong ports = _ports; ports != 0; ports >>= 16)
        {
            if ((ushort)ports == port) return true;
        }

        return false;
    }

    /// <summary>Remembers a port in place of the oldest.</summary>
    public void LearnPort(ushort port) => _ports = _ports << 16 | port;
}
