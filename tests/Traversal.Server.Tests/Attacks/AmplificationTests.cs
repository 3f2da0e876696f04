using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// Reflection (coturn#1588, eturnal#60, the wide attack of 2025-05-27): forged requests make the server send to their victim. Bytes are counted with
/// IP and UDP headers, over every 10 seconds of floods that are drawn at random.
/// </summary>
public sealed class AmplificationTests
{
    private const int IPv4Overhead = 28, IPv6Overhead = 48;
    private const int Seconds = 30, Window = 10, SlicesPerSecond = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_flood_never_gets_more_bytes_than_it_sends(int seed)
    {
        var random = new Random(seed);
        var relay = new TestRelay(options => options.Realm = TestRelay.Realm);
        int perSlice = random.Next(2) == 0 ? 6 : random.Next(6, 400), sources = 1 << random.Next(17);
        byte[][] requests = [.. Requests(relay).OrderBy(_ => random.Next()).Take(random.Next(1, 5))];
        relay.Advance(random.Next(100)); // The allowance has been saved up.

        var received = new long[Seconds];
        var sent = new long[Seconds];
        for (int slice = 0; slice < Seconds * SlicesPerSecond; slice++)
        {
            int second = slice / SlicesPerSecond;
            for (int i = 0; i < perSlice; i++)
            {
                (SocketId via, TransportAddress source, int overhead) = Source(random, sources);
                byte[] request = requests[random.Next(requests.Length)];
                Sent reply = relay.FromClient(via, source, request);
                received[second] += request.Length + overhead;
                if (reply.IsNothing) continue;

                int cost = reply.Bytes.Length + overhead;
                Assert.True(cost <= (request.Length + overhead) * 2.5, $"{request.Length} bytes were answered with {reply.Bytes.Length}; seed {seed}");
                sent[second] += cost;
            }

            relay.Advance(1.0 / SlicesPerSecond);
        }

        for (int start = 0; start + Window <= Seconds; start++)
        {
            long inside = received[start..(start + Window)].Sum(), outside = sent[start..(start + Window)].Sum();
            Assert.True(outside <= inside, $"{outside} bytes out for {inside} in, from second {start}; seed {seed}, {perSlice} a slice, {sources} sources");
        }
    }

    [Fact]
    public void Clients_that_authenticate_come_in_as_fast_as_they_like()
    {
        var relay = new TestRelay();
        for (int i = 0; i < 900; i++) Assert.True(new TestClient(relay, $"198.1.{i / 200}.{i % 200}:{1024 + i}").Allocate().IsSuccess);
    }

    [Fact]
    public void In_a_flood_a_client_still_comes_in_by_retransmitting()
    {
        var relay = new TestRelay();
        var random = new Random(9);
        byte[] request = Challenged(relay, StunMethod.Allocate, fingerprint: false);
        int came = 0;
        for (int client = 0; client < 50; client++)
        {
            var honest = new TestClient(relay, $"198.1.{client}.7:40000");
            for (int attempt = 0; attempt < 7; attempt++)
            {
                for (int i = 0; i < 500; i++) relay.FromClient(TestRelay.Udp, TransportAddress.FromIPv4((uint)random.Next(), 7), request);
                relay.Advance(0.5);
                if (honest.Bare(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp)).IsNothing) continue;
                came++;
                break;
            }
        }

        Assert.InRange(came, 40, 50);
    }

    [Fact]
    public void An_Allocate_without_a_transport_gets_no_nonce()
    {
        Sent answer = new TestClient(new TestRelay()).Bare(StunMethod.Allocate);

        Assert.Equal(400, answer.Code);
        Assert.Empty(answer.Nonce);
        Assert.Equal(28, answer.Bytes.Length);
    }

    [Fact]
    public void A_realm_that_would_make_the_server_an_amplifier_is_refused()
    {
        Assert.NotNull(new RelayOptions { Realm = new string('r', 45) }.FindProblem());
        foreach ((bool sha256, int length) in ((bool, int)[])[(false, 32), (false, 44), (true, 32), (true, 44)])
        {
            string realm = new('r', length);
            var relay = new TestRelay(
                options => (options.Realm, options.OfferSha256) = (realm, sha256), CredentialSnapshot.Create(realm, [new UserCredential("user", "pass")]));
            byte[] shortest = Challenged(relay, StunMethod.Allocate, fingerprint: false), shorter = Challenged(relay, StunMethod.Refresh, fingerprint: false);

            Sent challenge = relay.FromClient(TestRelay.Udp, TransportAddress.Parse("198.1.0.7:7"), shortest);
            Sent refusal = relay.FromClient(TestRelay.Udp, TransportAddress.Parse("198.1.0.7:7"), shorter);

            Assert.Equal(401, challenge.Code);
            Assert.InRange(challenge.Bytes.Length + IPv4Overhead, 1, (shortest.Length + IPv4Overhead) * 5 / 2);
            Assert.Equal(400, refusal.Code);
        }
    }

    // What anybody can send without a credential and have answered.
    private static IEnumerable<byte[]> Requests(TestRelay relay)
    {
        foreach (bool fingerprint in (bool[])[false, true])
        {
            foreach (StunMethod method in (StunMethod[])[StunMethod.Binding, StunMethod.Allocate, StunMethod.Refresh, StunMethod.CreatePermission, StunMethod.ChannelBind])
                yield return Challenged(relay, method, fingerprint);
        }

        var client = new TestClient(relay) { Nonce = "stale"u8.ToArray() };
        yield return client.Message(StunMethod.Allocate, null, TestClient.NewId(), authenticate: false);
        yield return client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: true);
        yield return client.Message(StunMethod.Binding, (ref writer) => writer.Add((StunAttributeType)0x7FF0, [1]), TestClient.NewId(), authenticate: false);
    }

    private static byte[] Challenged(TestRelay relay, StunMethod method, bool fingerprint) => new TestClient(relay) { Fingerprint = fingerprint }.Message(
        method,
        (ref writer) =>
        {
            if (method == StunMethod.Allocate) writer.AddRequestedTransport(TransportProtocol.Udp);
        },
        TestClient.NewId(),
        authenticate: false);

    private static (SocketId Via, TransportAddress Source, int Overhead) Source(Random random, int sources)
    {
        uint number = (uint)random.Next(sources);
        return number % 4 == 0
            ? (TestRelay.UdpIPv6, TransportAddress.FromIPv6(0x2A00_0000_0000_0000 + ((ulong)number << 8), 1, 53), IPv6Overhead)
            : (TestRelay.Udp, TransportAddress.FromIPv4(0x0B00_0000 + number * 256, 53), IPv4Overhead);
    }
}
