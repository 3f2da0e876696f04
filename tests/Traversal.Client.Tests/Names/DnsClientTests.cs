using Traversal.Peer.Dns;
using Traversal.Peer.Tests.Dns;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Names;

public sealed class DnsClientTests
{
    private static readonly DnsName Host = DnsName.Parse("host.example.org");
    private static readonly TransportAddress Address = TransportAddress.Parse("192.0.2.1:0");

    [Fact]
    public async Task Numbers_and_ports_are_new_for_each_question()
    {
        using ScriptedNameServer server = new ScriptedNameServer().AddHost("host.example.org", "192.0.2.1");
        for (int i = 0; i < 20; i++) Assert.Equal([Address], (await AskAsync(server.Environment)).Addresses);

        Assert.True(server.Ids.Distinct().Count() >= 19);
        Assert.True(server.Ports.Distinct().Count() >= 10);
        Assert.NotEqual(server.Ids, server.Ids.Order());
    }

    [Fact]
    public async Task Forgeries_are_passed_over()
    {
        byte[] evil = MessageBuilder.Address("203.0.113.66");
        using var server = new ScriptedNameServer
        {
            Forgeries = query => [
                [], [1, 2, 3], new byte[2000],
                Forge((ushort)(Id(query) + 1), "host.example.org", DnsRecordType.A),
                Forge(Id(query), "other.example.org", DnsRecordType.A),
                Forge(Id(query), "host.example.org", DnsRecordType.Aaaa),
                new MessageBuilder(Id(query), 0x0100, answers: 1).Question("host.example.org", DnsRecordType.A).Record(MessageBuilder.Wire("host.example.org"), DnsRecordType.A, evil).Bytes],
        };
        server.AddHost("host.example.org", "192.0.2.1");

        Assert.Equal([Address], (await AskAsync(server.Environment)).Addresses);

        byte[] Forge(ushort id, string name, DnsRecordType type) =>
            new MessageBuilder(id, answers: 1).Question(name, type).Record(MessageBuilder.Wire("host.example.org"), DnsRecordType.A, evil).Bytes;
    }

    [Fact]
    public async Task What_does_not_fit_is_asked_for_by_TCP()
    {
        using ScriptedNameServer server = new ScriptedNameServer { Truncates = true }.AddHost("host.example.org", [.. Enumerable.Range(1, 200).Select(i => $"192.0.2.{i}")]);

        Assert.Equal(200, (await AskAsync(server.Environment)).Addresses.Count);
        Assert.Equal(["udp A host.example.org", "tcp A host.example.org"], server.Asked);
    }

    [Fact]
    public async Task Aliases_are_followed_in_one_answer_and_across_several()
    {
        using ScriptedNameServer server = new ScriptedNameServer()
            .Add("host.example.org", DnsRecordType.CanonicalName, MessageBuilder.Wire("one.example.org"))
            .AddAlias("host.example.org", "one.example.org", DnsRecordType.CanonicalName, MessageBuilder.Wire("two.example.org"))
            .AddHost("two.example.org", "192.0.2.1");

        Assert.Equal([Address], (await AskAsync(server.Environment)).Addresses);
        Assert.Equal(["udp A host.example.org", "udp A two.example.org"], server.Asked);
    }

    [Fact]
    public async Task Aliases_in_a_circle_end()
    {
        using ScriptedNameServer within = new ScriptedNameServer()
            .Add("host.example.org", DnsRecordType.CanonicalName, MessageBuilder.Wire("one.example.org"))
            .AddAlias("host.example.org", "one.example.org", DnsRecordType.CanonicalName, MessageBuilder.Wire("host.example.org"));
        Assert.True((await AskAsync(within.Environment)).HasFailed);

        using ScriptedNameServer across = new ScriptedNameServer()
            .Add("host.example.org", DnsRecordType.CanonicalName, MessageBuilder.Wire("one.example.org"))
            .Add("one.example.org", DnsRecordType.CanonicalName, MessageBuilder.Wire("host.example.org"));
        Assert.True((await AskAsync(across.Environment)).HasFailed);
        Assert.InRange(across.Asked.Length, 2, 10);
    }

    [Fact]
    public async Task Records_of_names_that_were_not_asked_for_are_not_taken()
    {
        using ScriptedNameServer server = new ScriptedNameServer().AddAlias("host.example.org", "bank.example.com", DnsRecordType.A, MessageBuilder.Address("203.0.113.66"));

        DnsReply reply = await AskAsync(server.Environment);

        Assert.Empty(reply.Addresses);
        Assert.False(reply.HasFailed);
    }

    [Fact]
    public async Task A_server_that_fails_is_followed_by_the_next()
    {
        using var broken = new ScriptedNameServer { Otherwise = DnsResponseCode.Refused };
        using ScriptedNameServer server = new ScriptedNameServer().AddHost("host.example.org", "192.0.2.1");
        var gone = new ScriptedNameServer();
        TransportAddress nobody = gone.Address;
        gone.Dispose();
        ClientEnvironment environment = server.Environment with { Dns = new DnsSettings { Servers = [broken.Address, nobody, server.Address], Timeout = TimeSpan.FromSeconds(20) } };

        Assert.Equal([Address], (await AskAsync(environment)).Addresses);
    }

    [Fact]
    public async Task A_silent_server_is_waited_for_twice_two_seconds()
    {
        var time = new ManualTime();
        using var server = new ScriptedNameServer { IsSilent = true };
        ClientEnvironment environment = new() { Time = time, Dns = new DnsSettings { Servers = [server.Address] } };

        Task<DnsReply> asking = AskAsync(environment);
        await time.AdvanceUntilAsync(asking, TimeSpan.FromMilliseconds(500));

        Assert.True((await asking).HasFailed);
        Assert.InRange(time.Elapsed.TotalSeconds, 4, 5);
    }

    [Fact]
    public void The_system_s_configuration_is_read()
    {
        IReadOnlyList<TransportAddress> servers = NameServers.Parse(
            ["# nameserver 192.0.2.9", "search example.org", "nameserver 192.0.2.1", "nameserver\t2001:db8::1 # comment", "nameserver", "nameserver nonsense", "nameserver 192.0.2.3", "nameserver 192.0.2.4"]);

        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"], servers.Select(server => server.ToString()), StringComparer.Ordinal);
    }

    [Fact]
    public void Weights_are_chances_and_priorities_are_none()
    {
        DnsService[] services = [new(2, 100, 1, Host), new(1, 0, 2, Host), new(1, 30, 3, Host), new(1, 10, 4, Host)];
        RandomSource random = RandomSource.Seeded(1);
        int[] first = new int[5];
        for (int i = 0; i < 4000; i++)
        {
            DnsService[] order = [.. ServiceOrder.Of(services, random)];
            Assert.Equal(4, order.Distinct().Count());
            Assert.Equal(1, order[3].Port);
            first[order[0].Port]++;
        }

        Assert.InRange(first[3], 2700, 3200);
        Assert.InRange(first[4], 800, 1200);
        Assert.InRange(first[2], 20, 250);
    }

    private static ushort Id(byte[] query) => (ushort)(query[0] << 8 | query[1]);

    private static Task<DnsReply> AskAsync(ClientEnvironment environment) =>
        new DnsClient(environment).QueryAsync(Host, DnsRecordType.A, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
}
