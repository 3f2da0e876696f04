using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A request for an allocation, as an <see cref="IRedirectPolicy"/> sees it.</summary>
public readonly ref struct RedirectQuery
{
    /// <summary>Where the client is.</summary>
    public TransportAddress Client { get; init; }

    /// <summary>The address of the server that it reached.</summary>
    public TransportAddress Reached { get; init; }

    /// <summary>Whom the allocation would be charged to: the user name in UTF-8; of a time-limited credential, what follows the expiry.</summary>
    public ReadOnlySpan<byte> Account { get; init; }

    /// <summary>How the client reached the listener.</summary>
    public ListenerKind Kind { get; init; }

    /// <summary>How many allocations the asked machine has.</summary>
    public int Allocations { get; init; }

    /// <summary>Whether the server is about to stop, so that it would refuse with 508.</summary>
    public bool IsDraining { get; init; }
}
