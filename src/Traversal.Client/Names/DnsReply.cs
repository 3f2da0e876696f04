using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>What name servers say of a name; everything empty where it has nothing of the kind.</summary>
internal sealed class DnsReply
{
    // A name that stands for a name that stands for a name: more is a loop or a prank.
    private const int MaxAliases = 8;

    /// <summary>No server gave an answer.</summary>
    public static DnsReply Failure { get; } = new() { HasFailed = true };

    public bool HasFailed { get; private init; }

    public List<TransportAddress> Addresses { get; } = [];

    public List<DnsService> Services { get; } = [];

    public List<DnsNamingAuthority> NamingAuthorities { get; } = [];

    /// <summary>The last name that it stands for, if any.</summary>
    public DnsName? Alias { get; private set; }

    /// <summary>Whether the name to go on with is all that there is.</summary>
    public bool EndsInAlias => IsEmpty && Alias is not null;

    private bool IsEmpty => Addresses.Count + Services.Count + NamingAuthorities.Count == 0;

    /// <summary>Reads the records of a name, and of those that it stands for; what else is in the answer was not asked for.</summary>
    public static DnsReply Read(in DnsMessage message, DnsName name)
    {
        var reply = new DnsReply();
        for (int aliases = 0; aliases <= MaxAliases; aliases++)
        {
            reply.Collect(in message, name, out DnsName? next);
            if (!reply.IsEmpty || next is null) return reply;
            reply.Alias = name = next;
        }

        return Failure;
    }

    private void Collect(in DnsMessage message, DnsName name, out DnsName? next)
    {
        next = null;
        foreach (DnsRecord record in message.Answers)
        {
            if (!record.IsAbout(name)) continue;
            if (record.TryGetAddress(out TransportAddress address)) Addresses.Add(address);
            else if (record.TryGetService(out DnsService? service)) Services.Add(service);
            else if (record.TryGetNamingAuthority(out DnsNamingAuthority? authority)) NamingAuthorities.Add(authority);
            else if (record.TryGetTarget(out DnsName? target)) next = target;
        }
    }
}
