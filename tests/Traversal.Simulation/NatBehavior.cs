namespace Traversal.Simulation;

/// <summary>What a NAT does (RFC 4787, and RFC 5382 for TCP). The default is that of a home router on Linux: port-restricted.</summary>
public sealed record NatBehavior
{
    /// <summary>When a socket gets another mapping.</summary>
    public EndpointBehavior Mapping { get; init; }

    /// <summary>Who may answer.</summary>
    public EndpointBehavior Filtering { get; init; } = EndpointBehavior.AddressAndPortDependent;

    /// <summary>Which port a mapping gets.</summary>
    public PortAssignment Ports { get; init; } = PortAssignment.Random;

    /// <summary>Whether hosts inside reach each other by their mappings (RFC 4787 section 6).</summary>
    public bool Hairpins { get; init; }

    /// <summary>How long a mapping lives without use; two minutes are the least that is allowed (RFC 4787 section 4.3).</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a connection of TCP may be silent; 2 hours and 4 minutes are the least that is allowed (RFC 5382 section 5).</summary>
    public TimeSpan TcpLifetime { get; init; } = TimeSpan.FromMinutes(124);

    /// <summary>Whether what comes in counts as use.</summary>
    public bool InboundRefreshes { get; init; } = true;

    /// <summary>The nine combinations of mapping and filtering.</summary>
    public static IEnumerable<NatBehavior> All =>
        from mapping in Enum.GetValues<EndpointBehavior>()
        from filtering in Enum.GetValues<EndpointBehavior>()
        select new NatBehavior { Mapping = mapping, Filtering = filtering };

    /// <summary>Mapping and filtering, as in <c>EI/APD</c>.</summary>
    public override string ToString() => $"{Short(Mapping)}/{Short(Filtering)}";

    internal TimeSpan LifetimeOf(bool isTcp) => isTcp ? TcpLifetime : Lifetime;

    internal static string Short(EndpointBehavior behavior) => behavior switch
    {
        EndpointBehavior.Independent => "EI",
        EndpointBehavior.AddressDependent => "AD",
        _ => "APD",
    };
}
