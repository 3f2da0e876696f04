using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>How names are looked up.</summary>
public sealed record DnsSettings
{
    /// <summary>
    /// The name servers, which then are asked for everything. Null, the default, for those of the system; hosts are looked up as the system does then,
    /// its table of hosts included.
    /// </summary>
    public IReadOnlyList<TransportAddress>? Servers { get; init; }

    /// <summary>How long one server is waited for; 2 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the servers are asked all round; twice by default.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>
    /// How long all the lookups for one server may take together, as one name may lead to many others; what was found until then counts. 20 seconds by default.
    /// </summary>
    public TimeSpan SearchTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
