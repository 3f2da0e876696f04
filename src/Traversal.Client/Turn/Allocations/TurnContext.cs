using Microsoft.Extensions.Logging;
using Traversal.Client.Links;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <summary>What the allocations of a client share: its server's memory, its login, one clock.</summary>
internal sealed class TurnContext(ClientEnvironment environment, TurnClientOptions options, TurnLogin login)
{
    private readonly TurnServerMemories _memories = new();
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
    public bool KnowsNonce => _memories.KnowsNonce;

    public TurnCredential Credential => ToCredential(_login);

    public TurnCredential ToCredential(TurnLogin given) => given.ToCredential(Clock, environment.Time);

    /// <summary>What is known of a server, whose realm and nonces do not depend on the transport.</summary>
    public TurnServerMemory MemoryOf(in TransportAddress server) => _memories.Of(in server);
}
