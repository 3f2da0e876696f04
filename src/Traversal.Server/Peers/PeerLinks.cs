using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Traversal.Server;

/// <summary>The connections with peers of all shards by their CONNECTION-ID (RFC 6062), which the machines bound and number.</summary>
internal sealed class PeerLinks : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<uint, PeerLink> _links = new();
    private ITimer? _timer;

    /// <summary>Begins to look at deadlines and to count what is carried.</summary>
    public void Start(TimeProvider time) => _timer = time.CreateTimer(static links => ((PeerLinks)links!).OnTime(), this, Interval, Interval);

    public void Add(uint id, PeerLink link)
    {
        link.Id = id;
        _links[id] = link;
    }

    public bool TryFind(uint id, [NotNullWhen(true)] out PeerLink? link) => _links.TryGetValue(id, out link);

    public bool TryRemove(uint id, [NotNullWhen(true)] out PeerLink? link) => _links.TryRemove(id, out link);

    /// <summary>Closes all of them. The shards must have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (PeerLink link in _links.Values) link.Close();
        _links.Clear();
    }

    private void OnTime()
    {
        foreach (KeyValuePair<uint, PeerLink> link in _links) link.Value.OnTime();
    }
}
