using System.Globalization;

namespace Traversal.Benchmarks.Peer;

/// <summary>The figures of connections to peers: what goes through one, and what an idle one keeps.</summary>
internal static class PeerFigures
{
    private const double LeastBitsPerSecond = 1e9;
    private const long MostIdleBytes = 80_000;

    public static async Task<int> RunAsync(TextWriter output, int rounds)
    {
        bool isGood = true;
        for (int round = 0; round < rounds; round++)
        {
            (double tls, double tlsCpu) = await StreamThroughput.OfTlsOverTcpAsync().ConfigureAwait(false);
            (double ours, double oursCpu) = await StreamThroughput.OfPeerConnectionAsync().ConfigureAwait(false);
            isGood &= ours >= LeastBitsPerSecond;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"one stream: {ours / 1e6,6:0} Mbit/s with {oursCpu:0.00} processors, SslStream over TCP {tls / 1e6,6:0} Mbit/s with {tlsCpu:0.00}: {ours / tls:0.000}"));
        }

        (long resident, long managed) = await IdleMemory.OfPeerConnectionAsync().ConfigureAwait(false);
        (long tlsResident, long tlsManaged) = await IdleMemory.OfTlsOverTcpAsync().ConfigureAwait(false);
        isGood &= resident <= MostIdleBytes;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"idle, a side: {resident} bytes resident, {managed} of them managed; SslStream over TCP {tlsResident}, {tlsManaged}"));
        return isGood ? 0 : 1;
    }
}
