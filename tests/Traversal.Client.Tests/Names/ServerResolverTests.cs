using Traversal.Peer.Dns;

namespace Traversal.Client.Tests.Names;

/// <summary>RFC 5928 section 3, and RFC 8489 section 8.</summary>
public sealed class ServerResolverTests
{
    private static readonly ServerTransport[] All = [ServerTransport.Udp, ServerTransport.Tcp, ServerTransport.Tls];

    // RFC5928-3-3, RFC5928-3-4, RFC5928-3-5, RFC5928-3-6, RFC5928-3-7, RFC5928-3-8, RFC5928-3-9
    [Theory]
    [InlineData("turn:192.0.2.1?transport=udp", new[] { ServerTransport.Tcp, ServerTransport.Tls })]
    [InlineData("turn:192.0.2.1?transport=tcp", new[] { ServerTransport.Udp, ServerTransport.Tls })]
    [InlineData("turns:192.0.2.1?transport=udp", new[] { ServerTransport.Udp, ServerTransport.Tcp, ServerTransport.Tls })]
    [InlineData("turns:192.0.2.1?transport=tcp", new[] { ServerTransport.Udp, ServerTransport.Tcp })]
    [InlineData("turns:192.0.2.1", new[] { ServerTransport.Udp, ServerTransport.Tcp })]
    [InlineData("turn:192.0.2.1?transport=sctp", new[] { ServerTransport.Udp, ServerTransport.Tcp, ServerTransport.Tls })]
    [InlineData("turn:192.0.2.1", new[] { ServerTransport.Tls })]
    [InlineData("turn:192.0.2.1", new ServerTransport[0])]
    public async Task A_transport_that_can_t_be_used_ends_the_search(string uri, ServerTransport[] supported)
    {
        ServerList list = await new ServerResolver().ResolveAsync(ServerUri.Parse(uri), supported);

        Assert.Equal(ResolveStatus.TransportNotSupported, list.Status);
        Assert.Empty(list.Endpoints);
    }

    // RFC5928-3-10
    [Theory]
    [InlineData("turn:192.0.2.1", "Udp 192.0.2.1:3478, Tcp 192.0.2.1:3478")]
    [InlineData("turns:192.0.2.1", "Tls 192.0.2.1:5349")]
    [InlineData("turn:[2001:db8::1]:99?transport=tcp", "Tcp [2001:db8::1]:99")]
    [InlineData("stun:192.0.2.1", "Udp 192.0.2.1:3478, Tcp 192.0.2.1:3478")]
    [InlineData("stuns:192.0.2.1", "Tls 192.0.2.1:5349")]
    public async Task An_address_is_taken_as_it_is(string uri, string expected)
    {
        using var dns = new ScriptedNameServer();

        Assert.Equal(expected, Text(await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse(uri), All)));
        Assert.Empty(dns.Asked);
    }

    // RFC8656-7.1-2, RFC8656-7.1-3: UDP, unless there is a reason for another transport.
    [Fact]
    public async Task The_application_s_preference_is_kept()
    {
        Assert.Equal("Udp 192.0.2.1:3478, Tcp 192.0.2.1:3478", Text(await new ServerResolver().ResolveAsync(ServerUri.Parse("turn:192.0.2.1"))));
        Assert.Equal(
            "Tcp 192.0.2.1:3478, Udp 192.0.2.1:3478",
            Text(await new ServerResolver().ResolveAsync(ServerUri.Parse("turn:192.0.2.1"), [ServerTransport.Tcp, ServerTransport.Udp])));
    }

    [Fact]
    public async Task A_name_with_a_port_is_a_host_of_both_IP_versions_by_turns()
    {
        using ScriptedNameServer dns = new ScriptedNameServer().AddHost("example.org", "192.0.2.1", "192.0.2.2", "2001:db8::1");

        ServerList list = await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("turn:example.org:99?transport=udp"));

        Assert.Equal("Udp [2001:db8::1]:99, Udp 192.0.2.1:99, Udp 192.0.2.2:99", Text(list));
        Assert.DoesNotContain(dns.Asked, asked => !asked.EndsWith(" A example.org", StringComparison.Ordinal) && !asked.EndsWith(" Aaaa example.org", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_with_a_transport_is_a_service()
    {
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddService("_turn._tcp.example.org", (20, 0, 5000, "b.example.org"), (10, 0, 4000, "a.example.org"))
            .AddHost("a.example.org", "192.0.2.1").AddHost("b.example.org", "192.0.2.2");

        ServerList list = await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("turn:example.org?transport=tcp"));

        Assert.Equal("Tcp 192.0.2.1:4000, Tcp 192.0.2.2:5000", Text(list));
        // RFC5928-5-1: the certificate is for what was asked for, whatever the DNS made of it.
        Assert.All(list.Endpoints, endpoint => Assert.Equal("example.org", endpoint.Name));
        Assert.DoesNotContain(dns.Asked, asked => asked.Contains("NamingAuthority", StringComparison.Ordinal));
    }

    // RFC5928-3-13, RFC5928-3-16
    [Theory]
    [InlineData("turn:example.org?transport=udp", "Udp 192.0.2.1:3478")]
    [InlineData("turns:example.org?transport=tcp", "Tls 192.0.2.1:5349")]
    [InlineData("turn:example.org", "Udp 192.0.2.1:3478, Tcp 192.0.2.1:3478")]
    [InlineData("turns:example.org", "Tls 192.0.2.1:5349")]
    [InlineData("stuns:example.org", "Tls 192.0.2.1:5349")]
    public async Task Without_a_service_the_host_is_taken_at_the_default_port(string uri, string expected)
    {
        using ScriptedNameServer dns = new ScriptedNameServer().AddHost("example.org", "192.0.2.1");

        Assert.Equal(expected, Text(await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse(uri), All)));
    }

    [Fact]
    public async Task A_service_of_STUN_is_looked_for_by_its_name() // RFC8445-5.1.1.2-3, as A_name_with_a_transport_is_a_service for TURN
    {
        using ScriptedNameServer dns = new ScriptedNameServer().AddService("_stun._udp.example.org", (1, 0, 4000, "a.example.org")).AddHost("a.example.org", "192.0.2.1");

        Assert.Equal("Udp 192.0.2.1:4000", Text(await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("stun:example.org"))));
    }

    [Fact]
    public async Task A_server_for_discovery_has_a_service_of_its_own_and_may_be_any_other()
    {
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddService("_stun-behavior._udp.example.org", (1, 0, 4000, "a.example.org")).AddService("_stun._udp.example.org", (1, 0, 5000, "a.example.org"))
            .AddService("_stun._udp.example.net", (1, 0, 5000, "a.example.org")).AddHost("a.example.org", "192.0.2.1");
        var resolver = new ServerResolver(dns.Environment);

        Assert.Equal("Udp 192.0.2.1:4000", Text(await resolver.ResolveDiscoveryAsync(ServerUri.Parse("stun:example.org"))));
        Assert.Equal("Udp 192.0.2.1:5000", Text(await resolver.ResolveDiscoveryAsync(ServerUri.Parse("stun:example.net"))));
        Assert.Equal(ResolveStatus.TransportNotSupported, (await resolver.ResolveDiscoveryAsync(ServerUri.Parse("stuns:example.org"))).Status);
    }

    // The example of RFC 5928 section 4.2.
    [Fact]
    public async Task Rules_lead_to_services_and_hosts_in_their_order()
    {
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddRule("example.net", 200, 10, "", "RELAY:turn.tcp", "second.example.net").AddRule("example.net", 100, 10, "", "RELAY:turn.udp:turn.tls", "first.example.net")
            .AddRule("first.example.net", 100, 10, "s", "RELAY:turn.udp", "_turn._udp.example.net")
            .AddRule("first.example.net", 200, 10, "a", "RELAY:turn.tls", "a.example.net")
            .AddRule("second.example.net", 100, 10, "s", "RELAY:turn.tcp", "_turn._tcp.example.net")
            .AddService("_turn._udp.example.net", (0, 0, 3478, "a.example.net")).AddService("_turn._tcp.example.net", (0, 0, 5000, "b.example.net"))
            .AddHost("a.example.net", "192.0.2.1").AddHost("b.example.net", "192.0.2.2");

        Assert.Equal("Udp 192.0.2.1:3478, Tcp 192.0.2.2:5000", Text(await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("turn:example.net"), All)));
        Assert.Equal("Tls 192.0.2.1:5349", Text(await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("turns:example.net"), All)));
    }

    [Fact]
    public async Task Rules_that_are_not_straightforward_or_of_something_else_are_none()
    {
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddRule("example.org", 1, 1, "s", "RELAY:turn.udp", ".", expression: "!.*!x!").AddRule("example.org", 1, 1, "s", "SIP+D2U", "_sip._udp.example.org")
            .AddRule("example.org", 1, 1, "u", "RELAY:turn.udp", "_turn._udp.example.org").AddHost("example.org", "192.0.2.1");

        Assert.Equal("Udp 192.0.2.1:3478", Text(await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("turn:example.org"), [ServerTransport.Udp])));
    }

    [Fact]
    public async Task Rules_that_lead_in_circles_are_left_after_a_bounded_number_of_questions()
    {
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddRule("example.org", 1, 1, "", "RELAY:turn.udp", "other.example.org").AddRule("example.org", 1, 2, "", "RELAY:turn.udp", "example.org")
            .AddRule("other.example.org", 1, 1, "", "RELAY:turn.udp", "example.org");

        ServerList list = await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("turn:example.org"));

        Assert.NotEqual(ResolveStatus.Resolved, list.Status);
        Assert.InRange(dns.Asked.Length, 3, 40);
    }

    [Fact]
    public async Task A_service_that_is_decidedly_not_there_is_told()
    {
        using ScriptedNameServer dns = new ScriptedNameServer().AddService("_stun._udp.example.org", (0, 0, 0, ".")).AddHost("example.org", "192.0.2.1");

        Assert.Equal(ResolveStatus.NotProvided, (await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("stun:example.org"))).Status);
    }

    [Fact]
    public async Task A_name_that_is_not_there_and_name_servers_that_are_not_are_told_apart()
    {
        using var dns = new ScriptedNameServer();
        Assert.Equal(ResolveStatus.NotFound, (await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("turn:example.org"))).Status);

        using var broken = new ScriptedNameServer { Otherwise = DnsResponseCode.ServerFailure };
        Assert.Equal(ResolveStatus.NameServersFailed, (await new ServerResolver(broken.Environment).ResolveAsync(ServerUri.Parse("turn:example.org"))).Status);
    }

    // RFC5928-3-1
    [Fact]
    public async Task Each_search_begins_anew()
    {
        using ScriptedNameServer dns = new ScriptedNameServer().AddHost("example.org", "192.0.2.1");
        var resolver = new ServerResolver(dns.Environment);

        await resolver.ResolveAsync(ServerUri.Parse("stun:example.org:1"));
        int once = dns.Asked.Length;
        await resolver.ResolveAsync(ServerUri.Parse("stun:example.org:1"));

        Assert.Equal(2 * once, dns.Asked.Length);
    }

    [Fact]
    public async Task Many_servers_are_a_bounded_list()
    {
        using var dns = new ScriptedNameServer();
        for (int i = 0; i < 20; i++)
        {
            string host = $"h{i}.example.org";
            dns.AddService("_stun._udp.example.org", (i, 0, 1000, host)).AddHost(host, [.. Enumerable.Range(1, 20).Select(number => $"192.0.{i}.{number}")]);
        }

        Assert.Equal(32, (await new ServerResolver(dns.Environment).ResolveAsync(ServerUri.Parse("stun:example.org"))).Endpoints.Count);
    }

    [Fact]
    public async Task The_system_finds_its_own_hosts()
    {
        ServerList list = await new ServerResolver().ResolveAsync(ServerUri.Parse("stun:localhost:99"));

        Assert.Contains(list.Endpoints, endpoint => endpoint.Address.IsLoopback && endpoint.Address.Port == 99);
    }

    private static string Text(ServerList list) => string.Join(", ", list.Endpoints.Select(endpoint => $"{endpoint.Transport} {endpoint.Address}"));
}
