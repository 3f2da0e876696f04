using System.Globalization;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>Servers that lie, and strangers that answer in their place.</summary>
public sealed class HostileServerTests
{
    private int _answers;

    [Fact]
    public void A_realm_that_changes_for_ever_is_given_up()
    {
        ClientHost host = Against(request => Answers.Challenge(in request, realm: $"realm {++_answers}"));
        host.Settle();
        Assert.Equal(TurnFailureReason.TooManyChallenges, host.Allocation.Failure!.Reason);
        Assert.InRange(host.Sent.Count, 2, 10);
    }

    [Fact]
    public void A_nonce_that_is_always_stale_is_given_up()
    {
        ClientHost host = Against(request => Answers.Challenge(
            in request, _answers++ == 0 ? StunErrorCode.Unauthenticated : StunErrorCode.StaleNonce, nonce: _answers.ToString(CultureInfo.InvariantCulture)));
        host.Settle();
        Assert.Equal(TurnFailureReason.TooManyChallenges, host.Allocation.Failure!.Reason);
        Assert.InRange(host.Sent.Count, 2, 10);
    }

    [Fact]
    public void A_nonce_that_is_stale_at_once_is_not_tried_again()
    {
        ClientHost host = Against(request => Answers.Challenge(in request, _answers++ == 0 ? StunErrorCode.Unauthenticated : StunErrorCode.StaleNonce));
        host.Settle();
        Assert.Equal(TurnFailureReason.BadChallenge, host.Allocation.Failure!.Reason);
        Assert.Equal(2, host.Sent.Count);
    }

    [Theory]
    [InlineData(null, "nonce"), InlineData("realm", null), InlineData("", "nonce"), InlineData("realm", "")]
    public void A_challenge_without_realm_or_nonce_cannot_be_answered(string? realm, string? nonce)
    {
        ClientHost host = Against(request => Answers.Challenge(in request, realm: realm, nonce: nonce));
        host.Settle();
        Assert.Equal(TurnFailureReason.BadChallenge, host.Allocation.Failure!.Reason);
        Assert.Single(host.Sent);
    }

    [Fact]
    public void An_offer_of_algorithms_that_somebody_took_out_is_noticed_by_the_nonce()
    {
        byte[] nonce = new byte[NonceCookie.Length];
        NonceCookie.Write(StunSecurityFeatures.PasswordAlgorithms, nonce);
        ClientHost host = Against(request => Answers.Challenge(in request, nonce: System.Text.Encoding.ASCII.GetString(nonce)));
        host.Settle();
        Assert.Equal(TurnFailureReason.BadChallenge, host.Allocation.Failure!.Reason);
        Assert.Single(host.Sent);
    }

    [Fact]
    public void A_realm_that_offered_algorithms_once_cannot_be_bid_down_by_another_nonce()
    {
        var first = new ClientHost().Settle();
        first.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return Answers.Challenge(in request, StunErrorCode.StaleNonce);
        };
        first.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), first.Now));
        first.Run(1);
        Assert.Equal(TurnFailureReason.BadChallenge, first.Allocation.Failure!.Reason);
        Assert.DoesNotContain(first.Sent, bytes => ClientHost.Parse(bytes).HasIntegrity);
    }

    [Fact]
    public void Algorithms_that_are_unknown_are_not_answered()
    {
        ClientHost host = Against(request => Answers.Challenge(in request, more: (ref writer) => writer.Add(StunAttributeType.PasswordAlgorithms, [0, 9, 0, 0])));
        host.Settle();
        Assert.Equal(TurnFailureReason.BadChallenge, host.Allocation.Failure!.Reason);
    }

    [Fact]
    public void Answers_that_nobody_with_the_key_has_made_are_ignored_and_told_in_the_end()
    {
        ClientHost host = Against(request => request.HasIntegrity
            ? Answers.Allocated(in request, IntegrityKey.FromBytes("another"u8))
            : Answers.Challenge(in request));
        MonotonicTime start = host.Now;
        host.Settle();
        Assert.Equal(TurnFailureReason.IntegrityViolated, host.Allocation.Failure!.Reason);
        Assert.InRange((host.Now - start).TotalSeconds, 39.4, 39.7);
        Assert.InRange(host.Allocation.Counters[TurnClientCounter.DroppedUnverified], 7, 20);
    }

    [Fact]
    public void After_SHA_256_an_answer_with_SHA_1_is_not_signed_even_under_the_right_key()
    {
        ClientHost host = Against(request => request.HasIntegritySha256
            ? Answers.Allocated(in request, Answers.Key)
            : Answers.Challenge(in request, more: (ref writer) => writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, PasswordAlgorithm.Md5)));
        host.Settle();
        Assert.True(ClientHost.Parse(host.Sent[1]).VerifyIntegritySha256(Answers.Key));
        Assert.Equal(TurnFailureReason.IntegrityViolated, host.Allocation.Failure!.Reason);
    }

    [Fact]
    public void A_forged_answer_does_not_keep_the_true_one_out()
    {
        var host = new ClientHost();
        host.RunUntil(() => host.Sent.Count == 2, 1);
        foreach (StunErrorCode code in new[] { StunErrorCode.BadRequest, StunErrorCode.Forbidden, StunErrorCode.TryAlternate, StunErrorCode.AllocationMismatch })
        {
            StunMessage request = ClientHost.Parse(host.Sent[1]);
            Assert.Equal(TurnArrivalKind.Dropped, host.Forge(Answers.Error(in request, code)).Kind);
            Assert.Equal(TurnArrivalKind.Dropped, host.Forge(Answers.Error(in request, code, Answers.Key)).Kind); // SHA-1 where SHA-256 was used.
        }

        host.Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
    }

    [Fact]
    public void What_was_answered_once_is_not_answered_again()
    {
        var host = new ClientHost();
        List<byte[]> answers = [];
        host.Tamper = bytes =>
        {
            answers.Add(bytes);
            return bytes;
        };
        host.Settle();
        Assert.All(answers, answer => Assert.Equal(TurnArrivalKind.Dropped, host.Forge(answer).Kind));
        Assert.Equal(answers.Count, host.Allocation.Counters[TurnClientCounter.DroppedUnexpected]);
        Assert.Single(host.Events);
    }

    [Fact]
    public void Answers_with_another_id_or_method_are_none()
    {
        var host = new ClientHost();
        StunMessage request = ClientHost.Parse(host.Sent[0]);
        byte[] other = Answers.Challenge(in request);
        other[19] ^= 1;
        Assert.Equal(TurnArrivalKind.Dropped, host.Forge(other).Kind);
        other = Answers.Challenge(in request);
        other[1] ^= 7;
        Assert.Equal(TurnArrivalKind.Dropped, host.Forge(other).Kind);
        Assert.Equal(2, host.Allocation.Counters[TurnClientCounter.DroppedUnexpected]);
    }

    [Fact]
    public void A_redirection_that_nobody_signed_is_not_followed()
    {
        ClientHost host = Against(request => Answers.Error(
            in request, StunErrorCode.TryAlternate, null, (ref writer) => writer.AddAddress(StunAttributeType.AlternateServer, ClientHost.Peer("198.0.2.9:3478"))));
        host.Settle();
        Assert.Equal(new TurnFailure(TurnFailureReason.IntegrityViolated, StunErrorCode.TryAlternate), host.Allocation.Failure);
    }

    [Fact]
    public void An_authentic_answer_with_something_that_must_be_understood_fails()
    {
        ClientHost host = Against(request => request.HasIntegrity
            ? Answers.Allocated(in request, Answers.Key, (ref writer) => writer.Add((StunAttributeType)0x7F00, [1]))
            : Answers.Challenge(in request));
        host.Settle();
        host.Run(60);
        Assert.Equal(TurnFailureReason.BadResponse, host.Allocation.Failure!.Reason);
        Assert.True(host.CountSent(StunMethod.Refresh) > 0);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void A_success_without_what_it_must_have_is_undone(int without)
    {
        ClientHost host = Against(request => !request.HasIntegrity ? Answers.Challenge(in request) : Answers.Success(in request, Answers.Key, (ref writer) =>
        {
            if (without != 0) writer.AddXorAddress(StunAttributeType.XorRelayedAddress, without == 3 ? ClientHost.Peer("[2a00::1]:5") : Answers.Relayed);
            if (without != 1) writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Answers.Mapped);
            if (without != 2) writer.AddLifetime(600);
        }));
        host.Settle();
        host.Run(1);
        Assert.Equal(TurnFailureReason.BadResponse, host.Allocation.Failure!.Reason);
        Assert.Equal(StunMethod.Refresh, ClientHost.Parse(host.Sent[^1]).Method);
        Assert.Equal(0u, ClientHost.Parse(host.Sent[^1]).ReadLifetime(out uint seconds) == TurnAttributeStatus.Present ? seconds : 1);
    }

    [Fact]
    public void A_realm_and_a_nonce_of_the_greatest_length_still_fit()
    {
        ClientHost host = Against(request => request.HasIntegrity
            ? Answers.Allocated(in request, Answers.KeyOf(new string('r', 509)))
            : Answers.Challenge(in request, realm: new string('r', 509), nonce: new string('n', 509)));
        host.Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
    }

    [Fact]
    public void What_does_not_fit_a_request_any_more_ends_it()
    {
        var host = new ClientHost(credential: TurnCredential.FromToken(new string('k', 500), new byte[20], new byte[512]));
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return Answers.Challenge(in request, realm: new string('r', 509), nonce: new string('n', 509));
        };
        host.Settle();
        Assert.Equal(TurnFailureReason.BadChallenge, host.Allocation.Failure!.Reason);
        Assert.Single(host.Sent);
    }

    [Fact]
    public void Requests_that_are_repeated_under_a_longer_name_and_do_not_fit_end_it_once()
    {
        var host = new ClientHost();
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return request.HasIntegrity
                ? Answers.Allocated(in request, Answers.KeyOf(new string('r', 509)))
                : Answers.Challenge(in request, realm: new string('r', 509), nonce: new string('n', 509));
        };
        host.Settle();
        host.IsServerDead = true;
        for (int i = 1; i < 5; i++) host.Send($"9.9.9.{i}:9", [1]);
        host.Run(0.1);
        host.Do(allocation => allocation.Renew(TurnCredential.FromPassword(new string('u', 508), "word"), host.Now));
        host.Do(allocation => allocation.Renew(TurnCredential.FromToken(new string('k', 508), new byte[20], new byte[512]), host.Now));
        host.Run(100);
        Assert.Equal(TurnFailureReason.BadChallenge, host.Allocation.Failure!.Reason);
        Assert.Single(host.Events, happened => happened.Kind == TurnEventKind.Ended);
        int sent = host.Sent.Count;
        host.Run(100);
        Assert.Equal(sent, host.Sent.Count);
    }

    [Fact]
    public void Failing_servers_are_asked_again_a_few_times()
    {
        ClientHost host = Against(request => request.HasIntegrity
            ? Answers.Error(in request, StunErrorCode.ServerError, Answers.Key)
            : Answers.Challenge(in request));
        MonotonicTime start = host.Now;
        host.Settle();
        Assert.Equal(new TurnFailure(TurnFailureReason.Refused, StunErrorCode.ServerError), host.Allocation.Failure);
        Assert.Equal(5, host.Sent.Count);
        Assert.InRange((host.Now - start).TotalSeconds, 10, 20);
    }

    private static ClientHost Against(Answer answer)
    {
        var host = new ClientHost();
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return answer(request);
        };
        return host;
    }

    private delegate byte[] Answer(StunMessage request);
}
