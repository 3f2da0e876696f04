using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Connectivity.Gathering;

/// <summary>A TURN server that is reached from a base or by a link, and the allocation there, made anew when it is lost.</summary>
internal sealed class Relay(TurnSource source, TransportAddress server, TransportAddress local, int link)
{
    public TurnSource Source => source;

    /// <summary>Where packets go: the server that was named, or the one that it sent the client to.</summary>
    public TransportAddress Server { get; private set; } = server;

    /// <summary>The base; the default where it is a link.</summary>
    public TransportAddress Base { get; set; } = local;

    /// <summary>The link; <see cref="ConnectivityMachine.NoLink"/> where it is a base.</summary>
    public int Link => link;

    /// <summary>Whether its base is gone, and it waits for another.</summary>
    public bool IsHomeless => !IsStream && Base.IsNone;

    public bool IsStream => link != ConnectivityMachine.NoLink;

    /// <summary>The allocation; null before it is begun, and after it is lost.</summary>
    public TurnAllocation? Allocation { get; private set; }

    /// <summary>The relayed addresses that are candidates.</summary>
    public TransportAddress First { get; set; }

    /// <summary>The one of the second family.</summary>
    public TransportAddress Second { get; set; }

    /// <summary>Whether the first outcome has been told.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Who the client is, by the last word of the driver.</summary>
    public TurnCredential Credential { get; set; } = source.Credential;

    /// <summary>When a lost allocation is made anew.</summary>
    public MonotonicTime RetryAt { get; set; } = MonotonicTime.Never;

    /// <summary>How often that was tried since it was there last.</summary>
    public int Retries { get; set; }

    public TurnRedirections Redirections { get; } = new();

    public MonotonicTime NextDeadline => Allocation?.NextDeadline ?? RetryAt;

    /// <summary>Whether data of this relay comes and goes between the base and a server.</summary>
    public bool IsReachedBy(in TransportAddress to, in TransportAddress from) => !IsStream && Server == from && Base == to;

    public bool Relays(in TransportAddress address) => !address.IsNone && (First == address || Second == address);

    /// <summary>The relayed address of a peer's IP version.</summary>
    public TransportAddress AddressTowards(in TransportAddress peer) => First.Family == peer.Family ? First : Second;

    public void Begin(ConnectivityOptions options, RandomSource random, MonotonicTime now)
    {
        RetryAt = MonotonicTime.Never;
        var wanted = new TurnAllocationOptions
        {
            Server = Server,
            IsStream = IsStream,
            AdditionalIPv6 = options.RelaysIPv6,
            Mobility = options.Mobility,
            SendsAhead = true,
            EndsFormer = true,
            RenewsCredential = source.RenewsCredential,
            PrefersTokens = source.PrefersTokens,
            Software = source.Software,
            Redirections = Redirections,
        };
        Allocation = new TurnAllocation(wanted, source.Memory, Credential, random, now);
    }

    public void Forget() => Allocation = null;

    /// <summary>Goes on at the server that the present one names.</summary>
    public void Follow(in TransportAddress alternate) => Server = alternate;
}
