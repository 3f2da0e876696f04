using Traversal.Primitives;

namespace Traversal.Client.Tests.Names;

/// <summary>One name may lead to many others, and each of their name servers may be silent: there is one deadline for all of it.</summary>
public sealed class SearchDeadlineTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task What_was_found_until_then_counts()
    {
        using ScriptedNameServer server = new ScriptedNameServer()
            .AddService("_turn._udp.example.org", [(0, 0, 3478, "fast.example.org"), .. Enumerable.Range(1, 12).Select(i => (i, 0, 3478, $"slow{i}.example.org"))])
            .AddHost("fast.example.org", "192.0.2.1");

        ServerList found = await SearchAsync(server, "turn:example.org?transport=udp", new DnsSettings());

        Assert.Equal(TransportAddress.Parse("192.0.2.1:3478"), Assert.Single(found.Endpoints).Address);
        Assert.InRange(_time.Elapsed.TotalSeconds, 20, 25);
    }

    [Fact]
    public async Task Where_there_is_nothing_the_name_servers_have_failed()
    {
        using var silent = new ScriptedNameServer();

        ServerList found = await SearchAsync(silent, "turn:example.org", new DnsSettings { SearchTimeout = TimeSpan.FromSeconds(3) });

        Assert.Equal(ResolveStatus.NameServersFailed, found.Status);
        Assert.InRange(_time.Elapsed.TotalSeconds, 3, 8);
    }

    private async Task<ServerList> SearchAsync(ScriptedNameServer server, string uri, DnsSettings settings)
    {
        var environment = new ClientEnvironment { Time = _time, Network = new AnsweringNetwork(server.AnswerIfKnown), Dns = settings with { Servers = [server.Address] } };
        Task<ServerList> searching = new ServerResolver(environment).ResolveAsync(ServerUri.Parse(uri));
        await _time.AdvanceUntilAsync(searching, TimeSpan.FromMilliseconds(100));
        return await searching;
    }
}
