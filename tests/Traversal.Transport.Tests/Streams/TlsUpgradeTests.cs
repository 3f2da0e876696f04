using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

/// <summary>Handshakes that do not come to their end, in virtual time, and what a busy TLS connection allocates.</summary>
public sealed class TlsUpgradeTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly X509Certificate2 _certificate = CreateCertificate();

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 22 })]
    [InlineData(new byte[] { 22, 3, 1, 1, 0, 1, 0, 0 })]
    public async Task A_handshake_that_goes_no_further_is_closed_after_ten_seconds(byte[] beginning)
    {
        await using StreamHarness harness = CreateHarness();
        using Socket client = await harness.ConnectAsync();
        await client.SendAsync(beginning, TestContext.Current.CancellationToken);
        using Socket other = await harness.ConnectAsync();
        await using SslStream handshaken = await HandshakeAsync(other);
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.Open == 1, "the server's side of the handshake is over too");

        harness.Time.Advance(9.9 * Second);
        Assert.Equal(0, harness.Edge.Counters.FailedUpgrades(UpgradeFailure.Handshake));

        // The ten seconds begin when the connection is looked at, which may be after time moved on.
        await StreamHarness.UntilAsync(
            () =>
            {
                harness.Time.Advance(Second);
                return harness.Edge.Counters.FailedUpgrades(UpgradeFailure.Handshake) == 1;
            },
            "it is counted");
        Assert.True(await StreamHarness.IsClosedAsync(client));
    }

    [Fact]
    public async Task The_time_of_the_handshake_counts_against_the_first_frame()
    {
        await using StreamHarness harness = CreateHarness();
        using Socket client = await harness.ConnectAsync();
        using Socket second = await harness.ConnectAsync();
        await using SslStream accepted = await HandshakeAsync(second); // Whoever came before it was accepted before it.
        harness.Time.Advance(6 * Second);
        await using SslStream tls = await HandshakeAsync(client);
        await StreamHarness.UntilAsync(() => harness.Edge.Counters.Open == 2, "both handshakes are over");
        harness.Time.Advance(5 * Second);

        await StreamHarness.UntilAsync(() => harness.Edge.Counters.Closed(StreamCloseReason.FirstFrameDeadline) == 2, "both are closed");
    }

    [Fact]
    public void One_source_gets_only_so_many_handshakes_and_another_is_not_affected()
    {
        var limiter = new HandshakeLimiter(new StreamOptions { HandshakesPerSource = 10, HandshakesPerSecond = 25 });
        TransportAddress one = TransportAddress.Parse("203.0.113.1:1000"), same = TransportAddress.Parse("203.0.113.1:2000");
        TransportAddress other = TransportAddress.Parse("198.51.100.1:1000"), loopback = TransportAddress.Parse("127.0.0.1:1000");

        Assert.Equal(10, Taken(limiter, [one, same], 0));
        Assert.Equal(10, Taken(limiter, [other], 0));
        Assert.Equal(5, Taken(limiter, [loopback], 0));
        Assert.Equal(0, Taken(limiter, [one], TimeSpan.TicksPerMillisecond));
        Assert.Equal(1, Taken(limiter, [one], TimeSpan.TicksPerSecond / 10));
    }

    [Fact]
    public async Task A_busy_tls_connection_allocates_little_more_than_a_plain_one()
    {
        const int Rounds = 1_000;
        await using StreamHarness harness = CreateHarness();
        using Socket socket = await harness.ConnectAsync();
        await using SslStream client = await HandshakeAsync(socket);
        byte[] frames = [.. Enumerable.Range(0, 8).SelectMany(_ => LengthPrefixed.Frame(new byte[98]))];
        byte[] echo = new byte[frames.Length];

        Echo();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 8 && least >= Rounds * 8 * AllowedPerFrame; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread();
            Echo();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread() - before);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{(double)least / (Rounds * 8):F2} bytes for a frame");
        Assert.True(least < Rounds * 8 * AllowedPerFrame, $"{least} bytes for {Rounds * 8} frames");

        void Echo()
        {
            for (int round = 0; round < Rounds; round++)
            {
                client.Write(frames);
                for (int frame = 0; frame < 8;)
                {
                    StreamConnection connection = harness.Take();
                    for (; connection.TryReadFrame(out Span<byte> bytes); frame++) connection.TrySend(bytes, isExpendable: true);
                    connection.Release();
                }

                client.ReadExactly(echo);
            }
        }
    }

    // What the framework's TLS stream allocates for a read and a write, shared by the frames of a batch.
    private const int AllowedPerFrame = 16;

    private StreamHarness CreateHarness() => new(upgrade: edge => new TlsUpgrade(
        edge, () => new SslServerAuthenticationOptions { ServerCertificate = _certificate }, acceptsPlain: false));

    private static async Task<SslStream> HandshakeAsync(Socket socket)
    {
        var tls = new SslStream(new NetworkStream(socket));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
        };
        await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken).WaitAsync(StreamHarness.Patience);
        return tls;
    }

    private static int Taken(HandshakeLimiter limiter, TransportAddress[] sources, long now)
    {
        int taken = 0;
        for (int i = 0; i < 100; i++)
        {
            if (limiter.TryTake(in sources[i % sources.Length], now)) taken++;
        }

        return taken;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
