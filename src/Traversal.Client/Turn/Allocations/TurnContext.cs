using Microsoft.Extensions.Logging;
using Traversal.Client.Links;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <summary>What the allocations of a client share: its server's memory, its login, one clock.</summary>
internal sealed class TurnContext(ClientEnvironment environment, TurnClientOptions options, TurnLogin login)
{
    /// <summary>Servers that are remembered; redirections lead to no more in five minutes.</summary>
    private const int MaxServers = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<TransportAddress, TurnServerMemory> _memories = [];
    private volatile TurnLogin _login = login;

    public ClientEnvironment Environment => environment;

    public TurnClientOptions Options => options;

    public MonotonicClock Clock { get; } = new(environment.Time);

    public LinkConnector Connector { get; } = new(environment, options);

    public ILogger Logger { get; } = environment.Logging.CreateLogger<TurnClient>();

    /// <summary>The login that new allocations begin with: the last one that was got.</summary>
    public TurnLogin Login
    {
        get => _login;
        set => _login = value;
    }

    /// <summary>Whether the nonce of any server is known.</summary>
    public bool KnowsNonce
    {
        get
        {
            lock (_gate) return _memories.Values.Any(static memory => memory.HasNonce);
        }
    }

    public TurnCredential Credential => ToCredential(_login);

    public TurnCredential ToCredential(TurnLogin given) => given.ToCredential(Clock, environment.Time);

    /// <summary>What is known of a server, whose realm and nonces do not depend on the transport.</summary>
    public TurnServerMemory MemoryOf(in TransportAddress server)
    {
        lock (_gate)
        {
            if (_memories.TryGetValue(server, out TurnServerMemory? known)) return known;
            if (_memories.Count == MaxServers) _memories.Clear();
            return _memories[server] = new TurnServerMemory();
        }
    }
}
