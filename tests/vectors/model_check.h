/* SPDX-License-Identifier: MIT */
/*
 * The library's answers, compared with what the models of tests/property say, which share no
 * code with it. A model has nothing to say of some questions.
 */
#ifndef VECTORS_MODEL_CHECK_H
#define VECTORS_MODEL_CHECK_H

#include "question.h"

/**
 * place_model_agrees() - compare a placement
 * @question: The question.
 * @place: The answer's member `place`.
 *
 * Return: whether the model says the same, or nothing.
 */
bool place_model_agrees(const struct question *question, json_object *place);

/**
 * view_model_agrees() - compare a view, and what becomes of it
 * @question: The question.
 * @out: The answer.
 *
 * Return: whether the model says the same, or nothing.
 */
bool view_model_agrees(const struct question *question, json_object *out);

#endif /* VECTORS_MODEL_CHECK_H */
