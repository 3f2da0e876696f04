using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// coturn#626, #603, #875, #1130: packets that fill the disk with log lines. GHSA-4g7c-p5wg-j4hp: a name that became a format string.
/// </summary>
public sealed class LogFloodTests
{
    [Fact]
    public async Task No_packet_of_a_stranger_writes_a_line()
    {
        var log = new LevelledLog();
        await using var server = new TurnServer(AttackServer.Options(), log);
        await server.StartAsync();
        using Attacker attacker = new(server.Udp(), password: "wrong"), stream = new(server.Tcp());
        int before = log.Lines.Count;
        byte[] garbage = new byte[64];
        var random = new Random(20261126);
        for (int i = 0; i < 2000; i++)
        {
            random.NextBytes(garbage);
            attacker.Send(garbage);
        }

        for (int i = 0; i < 100; i++) Assert.Equal(401, attacker.Allocate());
        stream.Send("POST / HTTP/1.1\r\n\r\n"u8);
        Assert.Null(stream.Receive());

        Assert.Equal(before, log.Lines.Count);
    }

    [Fact]
    public void Ends_of_allocations_are_told_so_many_a_second()
    {
        var log = new LevelledLog();
        var audit = new AuditLog(log);
        for (int i = 0; i < 1000; i++) audit.Write(End("alice"), new MonotonicTime(1_000_000_000 + i));
        Assert.Equal(20, log.Lines.Count); // Ten, each for the operator and at Debug.

        audit.Write(End("alice"), new MonotonicTime(3_000_000_000));
        Assert.Equal(22, log.Lines.Count);
        Assert.Contains(log.Lines, line => line.Text.Contains("990", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("4000000000:%n%s%x{0}{User}")]
    [InlineData("4000000000:eve\r\n2026-01-01 admin logged in")]
    [InlineData("4000000000:\u001b]0;owned\u0007")]
    public void A_name_is_only_a_name(string name)
    {
        var log = new LevelledLog();
        new AuditLog(log).Write(End(name), new MonotonicTime(1_000_000_000));

        Assert.All(log.Lines, line => Assert.DoesNotContain(line.Text, char.IsControl));
        Assert.All(log.Lines, line => Assert.Contains(new string([.. name.TakeWhile(letter => !char.IsControl(letter))]), line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_is_a_command_logs_nobody_in()
    {
        await using TurnServer server = await AttackServer.StartAsync();
        foreach (string name in (string[])["%s%n%x", "' OR 1=1 --", "alice\0", "*", "{0}"])
        {
            using var attacker = new Attacker(server.Udp(), name);
            Assert.Equal(401, attacker.Allocate());
        }

        Assert.Equal(StunClass.SuccessResponse, Bound(server));
    }

    private static StunClass Bound(TurnServer server)
    {
        using var client = new Attacker(server.Udp());
        return Attacker.Parse(client.Ask(client.Message(StunMethod.Binding, null, authenticate: false))).Class;
    }

    private static AllocationEnd End(string user) => new(
        Encoding.UTF8.GetBytes(user), TransportAddress.Parse("198.1.0.7:7"), RelayCounter.AllocationsClosed, 5, 3, 100, 200);
}
