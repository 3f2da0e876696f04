using Traversal.Client.Network;
using Traversal.Client.Tests.Names;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Stun.Discovery;

namespace Traversal.Client.Tests;

/// <summary>The machine is tested in virtual time; here it drives sockets.</summary>
public sealed class NatDiscoveryTests
{
    [Fact]
    public async Task A_server_with_one_address_shows_whether_there_is_a_NAT()
    {
        using var server = new ScriptedServer((request, reply) => reply(Answer(in request)));

        NetworkResult<NatBehavior> found = await new NatDiscovery().DiscoverAsync(TransportAddress.From(server.EndPoint));

        Assert.True(found.IsOk);
        Assert.Equal((NatFiltering.Unknown, DiscoveryObstacle.NoOtherAddress), (found.Value.Filtering, found.Value.FilteringObstacle));
        // It says an address that is not ours, so something must have translated.
        Assert.True(found.Value.IsTranslated);
        Assert.True(found.Value.LocalAddress.IsLoopback);
        Assert.NotNull(found.Value.RoundTrip);
    }

    [Fact]
    public async Task A_server_is_found_by_its_URI_or_the_result_says_that_it_is_not()
    {
        using var server = new ScriptedServer((request, reply) => reply(Answer(in request)));
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddService("_stun-behavior._udp.example.org", (0, 0, server.EndPoint.Port, "a.example.org")).AddHost("a.example.org", "127.0.0.1");
        var discovery = new NatDiscovery(dns.Environment);

        Assert.True((await discovery.DiscoverAsync(ServerUri.Parse("stun:example.org"))).Value?.IsReachable);
        Assert.Equal(NetworkStatus.NotFound, (await discovery.DiscoverAsync(ServerUri.Parse("stun:nowhere.example.org"))).Status);
        Assert.Equal(NetworkStatus.NotFound, (await discovery.DiscoverAsync(ServerUri.Parse("stuns:example.org"))).Status);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_given_up_in_virtual_time()
    {
        var time = new ManualTime();
        using var server = new ScriptedServer((_, _) => { });

        Task<NetworkResult<NatBehavior>> discovering = new NatDiscovery(new ClientEnvironment { Time = time }).DiscoverAsync(TransportAddress.From(server.EndPoint));
        await time.AdvanceUntilAsync(discovering, TimeSpan.FromMilliseconds(100));

        Assert.Equal(DiscoveryObstacle.NoAnswer, (await discovering).Value?.MappingObstacle);
        Assert.InRange(time.Elapsed.TotalSeconds, 15.5, 60);
    }

    [Fact]
    public async Task A_discovery_can_be_cancelled()
    {
        using var server = new ScriptedServer((_, _) => { });
        using var cancel = new CancellationTokenSource();
        Task<NetworkResult<NatBehavior>> discovering = new NatDiscovery().DiscoverAsync(TransportAddress.From(server.EndPoint), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => discovering);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_at_once()
    {
        IDatagramSocket gone = SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse("127.0.0.1:0")).Value!;
        gone.Dispose();

        NetworkResult<NatBehavior> found = await new NatDiscovery().DiscoverAsync(gone.LocalAddress);

        Assert.SkipWhen(found.IsOk, "the kernel holds back its ICMP errors at the moment");
        Assert.Equal(NetworkStatus.Refused, found.Status);
    }

    [Fact]
    public async Task An_address_that_this_machine_does_not_have_is_a_status()
    {
        var settings = new DiscoverySettings { Server = TransportAddress.Parse("127.0.0.1:3478") };

        Assert.Equal(NetworkStatus.AddressNotAvailable, (await new NatDiscovery().DiscoverAsync(settings, TransportAddress.Parse("192.0.2.1:0"))).Status);
    }

    private static byte[] Answer(in StunMessage request)
    {
        byte[] answer = new byte[128];
        StunMessageWriter writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, TransportAddress.Parse("203.0.113.7:4242"));
        return answer[..writer.Finish()];
    }
}
