using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>Bounds what TLS handshakes may cost, in all and by source: a handshake is cheap to ask for and dear to answer.</summary>
internal sealed class HandshakeLimiter(StreamOptions options)
{
    /// <summary>Sources share this many buckets by their hash, whose seed is secret, so that no source makes the table grow.</summary>
    private const int Buckets = 4096;

    private readonly Lock _gate = new();
    private readonly HashSeed _seed = HashSeed.Create(RandomSource.System);
    private readonly TokenBucket[] _bySource = new TokenBucket[Buckets];
    private TokenBucket _inAll;

    public bool TryTake(in TransportAddress remote, long now)
    {
        uint bucket = SourceLimiter.SourceOf(in remote).Hash(in _seed) % Buckets;
        lock (_gate)
        {
            return (remote.IsLoopback || _bySource[bucket].TryTake(now, options.HandshakesPerSource)) && _inAll.TryTake(now, options.HandshakesPerSecond);
        }
    }
}
