using System.Net;
using System.Net.Sockets;
using Traversal.Client.Tests.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests;

public sealed class StunClientTests
{
    private static readonly TransportAddress Mapped = TransportAddress.Parse("203.0.113.7:4242");

    [Fact]
    public async Task The_mapped_address_is_what_the_server_says()
    {
        using var server = new ScriptedServer((request, reply) => reply(Success(request, request.TransactionId)));

        StunResult result = await new StunClient().QueryAsync(server.EndPoint);

        Assert.True(result.IsAnswered, result.ToString());
        Assert.Equal(Mapped, result.Binding.MappedAddress);
        Assert.NotNull(result.Binding.RoundTrip);
        Assert.True(result.Binding.LocalAddress.IsLoopback);
        Assert.Equal(TransportAddress.From(server.EndPoint), result.Server);
    }

    // RFC8489-5-7
    [Fact]
    public async Task Answers_that_are_not_to_this_request_are_passed_over()
    {
        using var server = new ScriptedServer((request, reply) =>
        {
            reply([1, 2, 3]);
            reply(Success(request, TransactionId.Create(RandomSource.Seeded(1))));
            byte[] corrupt = Success(request, request.TransactionId);
            corrupt[^1] ^= 1;
            reply(corrupt);
            reply(Success(request, request.TransactionId));
        });

        Assert.Equal(Mapped, (await new StunClient().QueryAsync(server.EndPoint)).Binding?.MappedAddress);
    }

    [Fact]
    public async Task A_lost_request_is_sent_again_after_half_a_second()
    {
        var time = new ManualTime();
        int seen = 0;
        var first = new TaskCompletionSource();
        using var server = new ScriptedServer((request, reply) =>
        {
            if (++seen == 1)
            {
                first.SetResult();
            }
            else
            {
                reply(Success(request, request.TransactionId));
            }
        });

        Task<StunResult> query = ClientIn(time).QueryAsync(server.EndPoint);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await time.AdvanceOnceAsync(TimeSpan.FromMilliseconds(500));
        StunResult result = await query.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(2, seen);
        Assert.True(result.IsAnswered);
        Assert.Null(result.Binding.RoundTrip);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_39_and_a_half_seconds()
    {
        var time = new ManualTime();
        using var server = new ScriptedServer((_, _) => { });

        Task<StunResult> query = ClientIn(time).QueryAsync(server.EndPoint);
        await time.AdvanceUntilAsync(query, TimeSpan.FromMilliseconds(500));

        Assert.Equal(StunStatus.NoAnswer, (await query).Status);
        Assert.InRange(time.Elapsed.TotalSeconds, 39.5, 60);
    }

    [Fact]
    public async Task An_error_is_told_with_its_code()
    {
        using var server = new ScriptedServer((request, reply) =>
        {
            byte[] answer = new byte[128];
            StunMessageWriter writer = StunMessageWriter.Answer(answer, StunClass.ErrorResponse, in request);
            writer.AddErrorCode(StunErrorCode.ServerError);
            reply(answer[..writer.Finish()]);
        });

        StunResult result = await new StunClient().QueryAsync(server.EndPoint);

        Assert.Equal(StunStatus.Rejected, result.Status);
        Assert.Equal(StunErrorCode.ServerError, result.Error);
        Assert.Contains("500", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_at_once()
    {
        StunResult result = await new StunClient().QueryAsync(ClosedPort.Find());

        Assert.SkipWhen(result.Status == StunStatus.NoAnswer, "the kernel holds back its ICMP errors at the moment");
        Assert.Equal(StunStatus.Unreachable, result.Status);
        Assert.Contains("nobody listens", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_can_be_cancelled()
    {
        using var server = new ScriptedServer((_, _) => { });
        using var cancel = new CancellationTokenSource();
        Task<StunResult> query = new StunClient().QueryAsync(server.EndPoint, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
    }

    // RFC8489-6.3.3-1
    [Fact]
    public async Task A_response_with_what_must_be_understood_and_is_not_fails()
    {
        using var server = new ScriptedServer((request, reply) =>
        {
            byte[] answer = new byte[128];
            StunMessageWriter writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Mapped);
            writer.AddUInt32((StunAttributeType)0x7777, 0);
            reply(answer[..writer.Finish()]);
        });

        Assert.Equal(StunStatus.BadAnswer, (await new StunClient().QueryAsync(server.EndPoint)).Status);
    }

    [Fact]
    public async Task An_answer_without_an_address_is_none()
    {
        using var server = new ScriptedServer((request, reply) =>
        {
            byte[] answer = new byte[128];
            reply(answer[..StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request).Finish()]);
        });

        Assert.Equal(StunStatus.BadAnswer, (await new StunClient().QueryAsync(server.EndPoint)).Status);
    }

    [Fact]
    public async Task No_server_is_misuse() =>
        await Assert.ThrowsAsync<ArgumentException>(() => new StunClient().QueryAsync(default(TransportAddress)));

    private static StunClient ClientIn(TimeProvider time) => new(environment: new ClientEnvironment { Time = time });

    private static byte[] Success(in StunMessage request, in TransactionId id)
    {
        byte[] answer = new byte[128];
        var writer = new StunMessageWriter(answer, StunClass.SuccessResponse, request.Method, in id);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Mapped);
        return answer[..writer.Finish(key: null, StunIntegrity.None, fingerprint: true)];
    }
}
