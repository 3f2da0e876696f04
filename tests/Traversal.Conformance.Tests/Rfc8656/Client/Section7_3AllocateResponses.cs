using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8656.Client;

/// <summary>RFC 8656 sections 7.3 and 7.4: answers to Allocate requests. Who drives the machine goes by the advice that it gives.</summary>
public sealed class Section7_3AllocateResponses
{
    [Fact]
    [Trait("Requirement", "RFC8656-7.3-1")]
    [Trait("Requirement", "RFC8656-7.3-2")]
    public void An_allocation_of_a_family_that_was_not_asked_for_is_deleted_and_not_made_again()
    {
        var host = new ClientHost(configure: options => options.Family = IPFamily.IPv6);
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            if (!request.HasIntegrity) return Answers.Challenge(in request);
            return request.Method == StunMethod.Allocate ? Answers.Allocated(in request, Answers.Key) : Answers.Success(in request, Answers.Key);
        };
        host.Settle();
        host.Run(100);
        Assert.Equal(0u, ClientHost.Parse(host.Sent[^1]).ReadLifetime(out uint lifetime) == TurnAttributeStatus.Present ? lifetime : 1);
        Assert.Equal(3, host.Sent.Count);
        Assert.Equal(TurnFailureReason.BadResponse, host.Allocation.Failure!.Reason);
        Assert.Equal(TurnRetryAdvice.GiveUp, host.Allocation.Failure.Advice);
    }

    [Theory]
    [InlineData(StunErrorCode.AddressFamilyNotSupported), InlineData(StunErrorCode.InsufficientCapacity)]
    [Trait("Requirement", "RFC8656-7.3-3")]
    [Trait("Requirement", "RFC8656-7.3-4")]
    public void The_family_that_was_not_had_is_told_of_and_not_asked_for_again(StunErrorCode code)
    {
        var host = new ClientHost(configure: options => options.AdditionalIPv6 = true);
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return request.HasIntegrity
                ? Answers.Allocated(in request, Answers.Key, (ref writer) => writer.AddAddressErrorCode(IPFamily.IPv6, code))
                : Answers.Challenge(in request);
        };
        host.Settle();
        host.Run(3000);
        Assert.Equal(code, host.Allocation.AdditionalFamilyRefusal);
        Assert.Equal(2, host.CountSent(StunMethod.Allocate));
    }

    [Theory]
    [InlineData(StunErrorCode.BadRequest, TurnRetryAdvice.GiveUp, 0)]
    [InlineData(StunErrorCode.Forbidden, TurnRetryAdvice.GiveUp, 0)]
    [InlineData(StunErrorCode.AllocationMismatch, TurnRetryAdvice.TryAnotherPort, 120)]
    [InlineData(StunErrorCode.AddressFamilyNotSupported, TurnRetryAdvice.GiveUp, 0)]
    [InlineData(StunErrorCode.WrongCredentials, TurnRetryAdvice.GiveUp, 0)]
    [InlineData(StunErrorCode.UnsupportedTransportProtocol, TurnRetryAdvice.GiveUp, 0)]
    [InlineData(StunErrorCode.AllocationQuotaReached, TurnRetryAdvice.TryLater, 60)]
    [InlineData(StunErrorCode.InsufficientCapacity, TurnRetryAdvice.TryLater, 60)]
    [InlineData((StunErrorCode)499, TurnRetryAdvice.GiveUp, 0)]
    [InlineData((StunErrorCode)699, TurnRetryAdvice.TryLater, 0)]
    [Trait("Requirement", "RFC8656-7.4-2")]
    [Trait("Requirement", "RFC8656-7.4-5")]
    [Trait("Requirement", "RFC8656-7.4-6")]
    [Trait("Requirement", "RFC8656-7.4-8")]
    [Trait("Requirement", "RFC8656-7.4-9")]
    [Trait("Requirement", "RFC8656-7.4-10")]
    [Trait("Requirement", "RFC8656-7.4-11")]
    [Trait("Requirement", "RFC8656-7.4-12")]
    [Trait("Requirement", "RFC8656-7.4-13")]
    [Trait("Requirement", "RFC8656-7.4-14")]
    public void A_refusal_is_final_and_says_what_to_do(StunErrorCode code, TurnRetryAdvice advice, int seconds)
    {
        var host = new ClientHost();
        host.Script = bytes =>
        {
            StunMessage request = ClientHost.Parse(bytes);
            return request.HasIntegrity ? Answers.Error(in request, code, Answers.Key) : Answers.Challenge(in request);
        };
        host.Settle();
        host.Run(100);
        Assert.Equal(2, host.Sent.Count);
        Assert.Equal(new TurnFailure(TurnFailureReason.Refused, code), host.Allocation.Failure);
        Assert.Equal((advice, TimeSpan.FromSeconds(seconds)), (host.Allocation.Failure!.Advice, host.Allocation.Failure.RetryAfter));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.4-3")]
    [Trait("Requirement", "RFC8656-7.4-4")]
    public void A_credential_that_is_not_taken_is_told_of_and_nothing_is_sent_any_more()
    {
        ClientHost host = new ClientHost(credential: ClientHost.Credential(password: "wrong")).Settle();
        host.Run(100);
        Assert.Equal(2, host.Sent.Count);
        Assert.Equal((TurnFailureReason.CredentialRefused, TurnRetryAdvice.GiveUp), (host.Allocation.Failure!.Reason, host.Allocation.Failure.Advice));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.4-1")]
    public void The_alternate_server_comes_before_all_others() => Assert.Equal(
        TurnRetryAdvice.TryAlternateServer, new TurnFailure(TurnFailureReason.Redirected, StunErrorCode.TryAlternate).Advice);
}
