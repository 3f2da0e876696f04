using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>Counts connections, in all and by source.</summary>
internal sealed class SourceLimiter(StreamOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TransportAddress, int> _bySource = [];
    private int _count;

    public bool TryEnter(in TransportAddress remote, bool speaksForOthers, out bool tooManyOfSource)
    {
        TransportAddress source = SourceOf(in remote);
        lock (_gate)
        {
            tooManyOfSource = false;
            if (_count >= options.MaxConnections) return false;

            int ofSource = _bySource.GetValueOrDefault(source);
            tooManyOfSource = ofSource >= options.MaxConnectionsPerSource && !remote.IsLoopback && !speaksForOthers;
            if (tooManyOfSource) return false;

            _bySource[source] = ofSource + 1;
            _count++;
            return true;
        }
    }

    public void Leave(in TransportAddress remote)
    {
        TransportAddress source = SourceOf(in remote);
        lock (_gate)
        {
            _count--;
            int left = _bySource[source] - 1;
            if (left == 0)
            {
                _bySource.Remove(source);
            }
            else
            {
                _bySource[source] = left;
            }
        }
    }

    /// <summary>What counts as one source: one IPv6 customer has at least a /64.</summary>
    public static TransportAddress SourceOf(in TransportAddress remote) =>
        remote.IsIPv6 ? TransportAddress.FromIPv6(remote.HighBits, 0, 0, remote.Scope) : remote.WithPort(0);
}
