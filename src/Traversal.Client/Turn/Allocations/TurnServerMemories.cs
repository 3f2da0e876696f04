using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>What is known of some servers, whose realms and nonces do not depend on the transport.</summary>
internal sealed class TurnServerMemories
{
    /// <summary>Servers that are remembered; redirections lead to no more in five minutes.</summary>
    private const int MaxServers = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<TransportAddress, TurnServerMemory> _memories = [];

    /// <summary>Whether the nonce of any server is known.</summary>
    public bool KnowsNonce
    {
        get
        {
            lock (_gate) return _memories.Values.Any(static memory => memory.HasNonce);
        }
    }

    public TurnServerMemory Of(in TransportAddress server)
    {
        lock (_gate)
        {
            if (_memories.TryGetValue(server, out TurnServerMemory? known)) return known;
            if (_memories.Count == MaxServers) _memories.Clear();
            return _memories[server] = new TurnServerMemory();
        }
    }
}
