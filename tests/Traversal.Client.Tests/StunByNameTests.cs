using System.Net;
using System.Net.Sockets;
using Traversal.Client.Tests.Names;
using Traversal.Client.Tests.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests;

/// <summary>Asking a server by its URI.</summary>
public sealed class StunByNameTests
{
    private static readonly TransportAddress Mapped = TransportAddress.Parse("203.0.113.7:4242");

    // RFC8489-8.1-3
    [Fact]
    public async Task A_service_is_found_and_the_address_that_works_answers()
    {
        using ScriptedServer server = NewServer();
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddService("_stun._udp.example.org", (0, 0, server.EndPoint.Port, "both.example.org")).AddHost("both.example.org", "::1", "127.0.0.1");

        StunResult result = await new StunClient(environment: dns.Environment).QueryAsync(ServerUri.Parse("stun:example.org"));

        Assert.Equal(Mapped, result.Binding?.MappedAddress);
        Assert.Equal(TransportAddress.From(server.EndPoint), result.Server);
        Assert.Equal(ResolveStatus.Resolved, result.Resolution);
        Assert.Contains("udp A both.example.org", dns.Asked, StringComparer.Ordinal);
        Assert.Contains("udp Aaaa both.example.org", dns.Asked, StringComparer.Ordinal);
    }

    // RFC8489-8.1-2: the next is asked while the first is still waited for.
    [Fact]
    public async Task A_first_address_that_is_silent_costs_a_quarter_of_a_second()
    {
        var time = new ManualTime();
        using var silent = new ScriptedServer((_, _) => { });
        using ScriptedServer server = NewServer();
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddService("_stun._udp.example.org", (0, 0, silent.EndPoint.Port, "a.example.org"), (1, 0, server.EndPoint.Port, "a.example.org"))
            .AddHost("a.example.org", "127.0.0.1");

        Task<StunResult> query = new StunClient(environment: dns.Environment with { Time = time }).QueryAsync(ServerUri.Parse("stun:example.org"));
        await silent.FirstRequest.WaitAsync(TimeSpan.FromSeconds(20));
        await time.AdvanceOnceAsync(TimeSpan.FromMilliseconds(250));

        Assert.Equal(Mapped, (await query.WaitAsync(TimeSpan.FromSeconds(20))).Binding?.MappedAddress);
        Assert.Equal(250, time.Elapsed.TotalMilliseconds);
    }

    [Fact]
    public async Task Where_no_address_works_the_first_tells()
    {
        int port = ClosedPort.Find().Port;

        StunResult result = await new StunClient().QueryAsync(ServerUri.Parse($"stun:127.0.0.1:{port}"));

        Assert.SkipWhen(result.Status == StunStatus.NoAnswer, "the kernel holds back its ICMP errors at the moment");
        Assert.Equal(StunStatus.Unreachable, result.Status);
    }

    [Theory]
    [InlineData("stun:nowhere.example.org", ResolveStatus.NotFound, "has no address")]
    [InlineData("stuns:192.0.2.1", ResolveStatus.TransportNotSupported, "transport")]
    public async Task A_name_without_a_way_to_it_is_told(string uri, ResolveStatus expected, string words)
    {
        using var dns = new ScriptedNameServer();

        StunResult result = await new StunClient(environment: dns.Environment).QueryAsync(ServerUri.Parse(uri), [ServerTransport.Udp]);

        Assert.Equal((StunStatus.NotFound, expected), (result.Status, result.Resolution));
        Assert.Contains(words, result.ToString(), StringComparison.Ordinal);
    }

    private static ScriptedServer NewServer() => new((request, reply) =>
    {
        byte[] answer = new byte[128];
        StunMessageWriter writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Mapped);
        reply(answer[..writer.Finish()]);
    });
}
