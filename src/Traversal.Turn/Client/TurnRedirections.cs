using Traversal.Primitives;

namespace Traversal.Turn.Client;

/// <summary>The servers to which a request was sent in the last five minutes, so that redirection in circles ends (RFC 8489 section 10). For one thread.</summary>
public sealed class TurnRedirections
{
    /// <summary>How many servers may be tried in five minutes.</summary>
    public const int MaxServers = 8;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly List<(TransportAddress Server, MonotonicTime At)> _visited = new(MaxServers);

    /// <summary>Notes that a request is sent to a server.</summary>
    internal void Visit(in TransportAddress server, MonotonicTime now)
    {
        TransportAddress visited = server;
        _visited.RemoveAll(entry => entry.Server == visited || now - entry.At >= Memory);
        if (_visited.Count < MaxServers) _visited.Add((server, now));
    }

    /// <summary>Whether a server may be gone to: it was not asked lately, and not too many others were.</summary>
    internal bool MayVisit(TransportAddress server, MonotonicTime now)
    {
        _visited.RemoveAll(entry => now - entry.At >= Memory);
        return _visited.Count < MaxServers && _visited.TrueForAll(entry => entry.Server != server);
    }
}
